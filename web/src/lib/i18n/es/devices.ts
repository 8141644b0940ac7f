import type english from '../en/devices';

export default {
  refused: {
    camera: {
      busy: 'Otro programa está usando la cámara elegida. Sigue la anterior.',
      other: 'La cámara elegida no funciona. Sigue la anterior.',
    },
    microphone: {
      busy: 'Otro programa está usando el micrófono elegido. Sigue el anterior.',
      other: 'El micrófono elegido no funciona. Sigue el anterior.',
    },
  },
  back: (p) => `«${p.label}» vuelve a estar disponible y se usa de nuevo.`,
  held: {
    camera: {
      title: 'Su cámara no da imagen',
      text: 'El dispositivo o su sistema la retiene. Abra la tapa o enciéndala allí, y termine otras llamadas.',
    },
    microphone: {
      title: 'Su micrófono está apagado en el dispositivo',
      text: 'Nadie le oye. Enciéndalo en los auriculares, con la tecla del teclado o en los ajustes del sistema, y termine otras llamadas.',
    },
  },
  silent: {
    title: 'No llega nada de su micrófono',
    text: 'Quizá esté apagado en los auriculares, o el correcto sea otro. Diga algo: este aviso desaparece en cuanto se le oiga.',
  },
  blur: 'Desenfocar el fondo',
  blurText:
    'No se distingue lo que hay detrás de usted. Lo hace su dispositivo; ninguna imagen se envía para ello.',
  blurStarting: 'Un momento…',
  blurGone: {
    slow: {
      title: 'Su fondo ya no está desenfocado',
      text: 'Este dispositivo es demasiado lento para ello, así que se ha desactivado. Se ve lo que hay detrás de usted.',
    },
    failed: {
      title: 'Su fondo no está desenfocado',
      text: 'Este navegador no puede hacerlo, o no se pudo cargar. Se ve lo que hay detrás de usted.',
    },
  },
  flip: 'Usar la otra cámara',
} satisfies typeof english;
