import type english from '../en/visitor';

export default {
  nowhere: {
    title: 'Este enlace no lleva a ninguna consulta',
    text: 'Puede que esté incompleto o que fuera para otra persona. Ábralo exactamente como lo recibió, o inicie sesión como la persona que lo recibió.',
  },
  signInAsOther: 'Iniciar sesión como otra persona',
  steps: {
    label: 'Qué hacer ahora',
    allow: 'Permita la cámara y el micrófono',
    choose: 'Su navegador se lo pregunta: elija «Permitir».',
    check: 'Compruebe la imagen y el sonido',
    go: 'Pase a la sala de espera',
  },
  goToWaitingRoom: 'Pasar a la sala de espera',
  goIn: 'Ir a la consulta',
  changeDevices: 'Cambiar de dispositivos',
  test: 'Probar cámara, sonido y conexión',
  held: {
    microphone: {
      title: 'Su teléfono retiene el micrófono',
      text: 'Puede que haya una llamada telefónica. Se le oirá de nuevo en cuanto termine; deje esta página abierta.',
    },
    camera: {
      title: 'Su cámara está en pausa',
      text: 'Sigue en cuanto esta página vuelva a estar delante y ninguna otra aplicación use la cámara.',
    },
  },
  under: { microphone: 'Micrófono', share: 'Compartir', end: 'Terminar' },
} satisfies typeof english;
