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
  inApp: {
    title: 'Esta aplicación no da la cámara a la página',
    text: ({ browser }) => `Ha abierto el enlace dentro de otra aplicación. Ábralo en ${browser}.`,
    help: ({ browser }) =>
      `Si el botón no hace nada: toque el menú de esta aplicación (tres puntos o la flecha) y elija «Abrir en ${browser}», o copie el enlace y péguelo allí.`,
    open: ({ browser }) => `Abrir en ${browser}`,
    copy: 'Copiar el enlace',
    copied: 'Copiado',
  },
  interrupted: {
    microphone: 'Su teléfono necesita ahora el micrófono. No se le oye hasta que lo devuelva.',
    camera: 'Su cámara está en pausa mientras esta página está en segundo plano.',
    over: 'Se le oye de nuevo.',
  },
} satisfies typeof english;
