import type english from '../en/client';
import { plural } from '../locale';

export default {
  entry: {
    howItWorks: 'Cómo funciona',
    lead: 'Videoconsultas cara a cara, esté donde esté.',
    enterAs: 'Entrar como',
    demo: 'Esto es una demostración. Ábrala en dos navegadores para probar los dos papeles.',
    withAccount: 'Iniciar sesión con una cuenta',
    signIn: 'Iniciar sesión',
    signingIn: 'Un momento…',
    elsewhere: 'Inicie sesión donde concertó su cita; esta página no tiene cuentas propias.',
  },
  password: {
    forgotTitle: '¿Ha olvidado su contraseña?',
    forgotText:
      'Indique la dirección de correo con la que accede. Recibirá un enlace para elegir otra contraseña.',
    send: 'Enviar el enlace',
    asked:
      'Si existe una cuenta con esta dirección, el enlace está en camino. Es válido durante una hora. Mire también en la carpeta de correo no deseado.',
    chooseTitle: 'Elegir una contraseña',
    next: 'Contraseña, al menos 12 caracteres',
    size: 'Una contraseña tiene de 12 a 256 caracteres.',
    common: 'Mucha gente usa esta contraseña y es de las primeras que se prueban. Elija otra.',
    choose: 'Guardar la contraseña',
    done: 'Su contraseña se ha guardado. Las demás sesiones de su cuenta han terminado.',
    goneTitle: 'Este enlace ya no es válido',
    goneText: 'Se ha usado, se ha sustituido por otro más reciente o ha caducado. Pida uno nuevo.',
  },
  invite: {
    title: 'Invitación',
    heading: 'Tiene una invitación a una videoconsulta',
    text: 'Se abre en este navegador; no hay que instalar nada. Puede comprobar la cámara y el micrófono antes de que nadie le vea ni le oiga.',
    name: 'Su nombre',
    proceed: 'Continuar',
    goneTitle: 'Esta invitación ya no es válida',
    goneText: 'Se retiró, o la cita ya pasó. Pida una nueva, por favor.',
    incomplete: 'Este enlace está incompleto. Ábralo exactamente como lo recibió.',
  },
  signedOut: {
    heading: 'Su videoconsulta',
    link: '¿Ha recibido un enlace personal? Ábralo de nuevo: no necesita ni código ni contraseña. Si ya no funciona, pida otro.',
    code: 'Tengo un código',
    account: 'Tengo una cuenta',
    refused: 'Este código no abre nada ahora',
    refusedText:
      'Compruebe las seis cifras y la hora en su carta: la puerta se abre poco antes de la cita.',
    triesLeft: ({ left }) =>
      plural(left, { one: 'Le queda un intento.', other: `Le quedan ${left} intentos.` }),
    waits: 'Usted pasa a la sala de espera y le dejan entrar a mano.',
  },
  lobby: {
    isWaiting: ({ name }) => `${name} está en la sala de espera.`,
    opensIn: 'El acceso se abre en',
    opensAt: ({ time }) => `A las ${time}.`,
    byItself: 'Entonces pasará automáticamente a la sala de espera.',
    openNow: 'El acceso ya está abierto.',
    join: 'Entrar',
    joining: 'Conectando…',
    slow: {
      title: 'Está tardando más de lo habitual',
      text: 'Su conexión o el servidor va lento. Espere, por favor: seguimos intentándolo.',
    },
    giveUp: 'Dejar de intentarlo',
    nobodySees:
      'Primero pasará a la sala de espera. Nadie le ve ni le oye hasta que le dejen entrar.',
  },
  passcode: {
    label: 'Código de acceso, seis cifras',
    verify: 'Verificar y continuar',
    right: 'El código es correcto.',
  },
  devices: {
    heading: 'Cámara, micrófono y altavoz',
    camera: 'Cámara',
    microphone: 'Micrófono',
    speaker: 'Altavoz',
    saySomething: 'Diga algo para probar el micrófono',
    heard: 'Su micrófono funciona',
    muted: 'Su micrófono está silenciado',
    level: 'Nivel del micrófono',
    testSound: 'Probar el sonido',
    playing: 'Debería oír tres notas.',
    heardNothing: '¿No ha oído nada? Suba el volumen o elija otro altavoz.',
    noSound: 'El navegador no ha reproducido el sonido. Compruebe sus permisos.',
    ownPicture: 'Su propia imagen',
    opening: 'Esperando a su cámara…',
    cameraIsOff: 'Su cámara está apagada',
    cameraOn: 'Encender la cámara',
    cameraOff: 'Apagar la cámara',
    mute: 'Silenciar el micrófono',
    unmute: 'Activar el micrófono',
  },
  permission: {
    chrome:
      'En Chrome: haga clic en el icono a la izquierda de la dirección, active la cámara y el micrófono e inténtelo de nuevo.',
    edge: 'En Edge: haga clic en el candado a la izquierda de la dirección, permita la cámara y el micrófono e inténtelo de nuevo.',
    firefox:
      'En Firefox: haga clic en la cámara tachada a la izquierda de la dirección, quite el bloqueo e inténtelo de nuevo.',
    safari:
      'En Safari: menú Safari, «Ajustes de este sitio web», permita la cámara y el micrófono e inténtelo de nuevo.',
    android:
      'En Android: toque el icono a la izquierda de la dirección, luego «Permisos», permita la cámara y el micrófono e inténtelo de nuevo.',
    ios: 'En iPhone y iPad: toque el icono de la barra de direcciones, «Ajustes del sitio web», permita la cámara y el micrófono e inténtelo de nuevo.',
    ios_app:
      'En iPhone y iPad: abra la app Ajustes, busque este navegador, active la cámara y el micrófono e inténtelo de nuevo.',
    other:
      'Permita la cámara y el micrófono para esta página en los ajustes de su navegador e inténtelo de nuevo.',
  },
  waiting: {
    heading: 'Está en la sala de espera',
    presence: {
      away: ({ name }) => `${name} aún no está y verá que usted espera.`,
      in_another_call: ({ name }) => `${name} sigue en otra llamada y ve que usted espera.`,
      here: ({ name }) => `${name} está aquí y le dejará entrar.`,
      unknown: ({ name }) => `${name} ve que usted espera y le dejará entrar.`,
    },
    at: ({ time }) => `Su cita es a las ${time}.`,
    waited: ({ time }) => `Espera: ${time}`,
    keepOpen:
      'Todavía nadie le ve ni le oye. Deje esta página abierta: un sonido le avisará cuando pueda entrar.',
    leave: 'Salir',
  },
  after: {
    ended: 'Sesión terminada',
    endsSoon: 'Termina para todos en cinco segundos.',
    returnTo: (p) => `Volver a ${p.host}`,
    toAppointments: 'A sus citas',
    left: 'Ha salido de la llamada',
    elsewhere: 'La llamada continúa en otro lugar',
    turnedAway: 'No le han dejado entrar',
    over: 'La consulta ha terminado',
    endedByYou: 'Usted ha terminado la consulta',
    endedBy: ({ name }) => `${name} ha terminado la consulta`,
    cancelled: 'La cita se canceló',
    cancelledByYou: 'Usted canceló la cita',
    cancelledBy: ({ name }) => `${name} canceló la cita`,
    missed: 'La consulta no tuvo lugar',
    missedYou: 'Usted no acudió a la consulta',
    missedBy: ({ name }) => `${name} no acudió`,
    lasted: ({ span }) => `Duración: ${span}`,
    stillOpen: 'La sesión sigue abierta; puede volver.',
    offHere:
      'Participa desde otra pestaña u otro dispositivo. Aquí la cámara y el micrófono están apagados.',
    devicesOff: 'Su cámara y su micrófono están apagados.',
    endUnconfirmed:
      'Ya no está en la llamada. Seguimos intentando avisar al servidor mientras esta página esté abierta.',
    back: 'Volver a la llamada',
    continueHere: 'Continuar aquí',
  },
  rating: {
    question: '¿Qué tal fue su consulta?',
    comment: '¿Qué deberíamos saber? (opcional)',
    send: 'Enviar',
  },
} satisfies typeof english;
