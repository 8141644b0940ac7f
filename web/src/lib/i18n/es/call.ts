import { plural } from '../locale';
import type english from '../en/call';

export default {
  title: 'Consulta',
  you: 'Usted',
  elapsed: 'Tiempo transcurrido',
  line: {
    connecting: 'Conectando…',
    reconnecting: 'Reconectando…',
    offline: 'Su dispositivo está sin conexión. La llamada seguirá en cuanto vuelva.',
    gone: 'No se puede contactar con el servidor. Seguimos intentándolo y usted volverá automáticamente.',
    unanswered:
      'El servidor no responde en este momento. Siguen viéndose y oyéndose; escribir y dejar entrar tendrán que esperar.',
    unheard: 'Los mensajes no llegan en este momento; todo lo demás sigue. Seguimos intentándolo.',
  },
  back: 'Ya está de vuelta.',
  connected: 'Conexión establecida',
  isJoining: (p) => `${p.name} está entrando…`,
  soundOn: 'Activar el sonido',
  alone: 'Todavía no hay nadie más. En cuanto venga alguien, se verán y oirán.',
  soon: (p) =>
    `${p.name} estará con usted en un momento. Ya está en la llamada: quédese aquí, por favor.`,
  wasHere: (p) => `${p.name} estuvo aquí a las ${p.time} y se ha ido.`,
  hasLeft: (p) => `${p.name} ya no está en la llamada.`,
  openUntil: (p) => `Es posible volver: la llamada sigue abierta hasta las ${p.time} (${p.left}).`,
  joined: (p) => `${p.name} está aquí`,
  away: (p) => `${p.name} no está`,
  waiting: (p) =>
    plural(p.count, {
      one: '1 persona espera a que la dejen entrar',
      other: `${p.count} personas esperan a que las dejen entrar`,
    }),
  time: {
    left: (p) => `quedan ${p.minutes} min`,
    ends: (p) =>
      plural(p.minutes, {
        one: 'El tiempo reservado termina en un minuto.',
        other: `El tiempo reservado termina en ${p.minutes} minutos.`,
      }),
    notCutOff: 'La llamada continúa después.',
    over: (p) =>
      p.until === null
        ? 'El tiempo reservado ha terminado. Pueden seguir hablando.'
        : `El tiempo reservado ha terminado. Pueden seguir hablando hasta las ${p.until}.`,
    closes: (p) =>
      plural(p.minutes, {
        one: 'El tiempo reservado ha terminado. La llamada se cierra sola en un minuto.',
        other: `El tiempo reservado ha terminado. La llamada se cierra sola en ${p.minutes} minutos.`,
      }),
    closesSoon: 'El tiempo reservado ha terminado. La llamada se cerrará pronto por sí sola.',
    extend: (p) => `Prolongar ${p.minutes} minutos`,
  },
  quality: {
    label: {
      good: 'Buena conexión',
      fair: 'Conexión regular',
      poor: 'Conexión débil',
      lost: 'Sin conexión',
      unknown: 'Midiendo la conexión',
    },
    advice: {
      good: 'La imagen y el sonido llegan bien.',
      fair: 'De vez en cuando puede haber cortes. Acercarse al router wifi suele ayudar.',
      poor: 'Acérquese al router, use un cable o los datos móviles, detenga otras descargas o apague su cámara.',
      lost: 'Ahora mismo no llega nada. Seguimos intentándolo.',
      unknown: 'Tarda unos segundos.',
    },
    roundTrip: 'Latencia',
    loss: 'Pérdida',
    upload: 'Capacidad de envío',
    saving: {
      up: 'Su conexión es débil, por eso su cámara está en pausa. Se le sigue oyendo.',
      down: 'Su conexión es débil, por eso la imagen del otro lado está en pausa. Usted lo sigue oyendo todo.',
      both: 'Su conexión es débil, por eso las imágenes están en pausa. Se siguen oyendo.',
    },
    showAgain: {
      up: 'Encender la cámara de todos modos',
      down: 'Mostrar la imagen de todos modos',
      both: 'Mostrar las imágenes de todos modos',
    },
    /** The server's own trouble, and nobody's line. */
    leftOut: {
      cameras:
        'El servidor tiene más llamadas de las que puede transmitir, por eso las cámaras están en pausa. Siguen oyéndose.',
      pictures:
        'El servidor tiene más llamadas de las que puede transmitir, por eso las cámaras y las pantallas compartidas están en pausa. Siguen oyéndose.',
    },
    theirs: {
      up: (p) =>
        `La conexión de ${p.name} es débil, por eso su cámara está en pausa. Se siguen oyendo.`,
      down: (p) =>
        `La conexión de ${p.name} es débil y en este momento no le ve. Se siguen oyendo.`,
      both: (p) =>
        `La conexión de ${p.name} es débil, por eso las imágenes están en pausa. Se siguen oyendo.`,
    },
  },
  controls: {
    bar: 'Llamada',
    mute: 'Silenciar el micrófono',
    unmute: 'Activar el micrófono',
    cameraOff: 'Apagar la cámara',
    cameraOn: 'Encender la cámara',
    share: 'Compartir su pantalla',
    stopSharing: 'Dejar de compartir su pantalla',
    chat: 'Chat',
    chatUnread: (p) =>
      plural(p.count, { one: 'Chat, 1 mensaje nuevo', other: `Chat, ${p.count} mensajes nuevos` }),
    people: 'Personas',
    peopleWaiting: (p) => `Personas, en espera: ${p.count}`,
    notes: 'Notas',
    phone: 'Seguir por teléfono',
    more: 'Más',
    settings: 'Cámara y sonido',
    fullScreen: 'Pantalla completa',
    leaveFullScreen: 'Salir de pantalla completa',
    float: 'Ventana pequeña en primer plano',
    invite: 'Invitar a alguien',
    shortcuts: 'Atajos de teclado',
    endCall: 'Terminar la llamada',
    hangUp: 'Salir o terminar la llamada',
    leave: 'Salir',
    leaveNow: 'Salir por ahora',
    leaveText: 'La sesión continúa; puede volver.',
    end: 'Terminar para todos',
    endText: 'Todos salen y la sesión termina.',
    talking: 'Se le oye mientras mantenga pulsada la barra espaciadora.',
  },
  sharing: 'Está compartiendo su pantalla.',
  sharingAll:
    'Está compartiendo una pantalla o ventana completa: los demás ven todo lo que aparezca en ella.',
  stop: 'Detener',
  replaced: {
    camera: (p) => `Su cámara ya no está. Ahora se usa «${p.label}».`,
    microphone: (p) => `Su micrófono ya no está. Ahora se usa «${p.label}».`,
  },
  stage: {
    self: 'Su propia imagen',
    cameraOff: 'Cámara apagada',
    paused: 'Imagen en pausa: conexión débil',
    joining: 'está entrando…',
    notConnected: 'sin conexión en este momento',
    picture: (p) => `Imagen de ${p.name}`,
    screen: (p) => `Pantalla compartida por ${p.name}`,
    muted: (p) => `${p.name}: micrófono silenciado`,
    pin: (p) => `Mostrar en grande: ${p.name}`,
    unpin: (p) => `Mostrar de nuevo en pequeño: ${p.name}`,
    move: 'Mover a otra esquina',
  },
  chat: {
    title: 'Chat',
    empty: 'Todavía no hay mensajes',
    kept: 'Todos en la llamada pueden leerlo. Nada se guarda después de la sesión.',
    write: 'Mensaje',
    placeholder: 'Escribir un mensaje',
    later: 'En cuanto haya alguien más aquí',
    send: 'Enviar',
    sending: 'enviando',
    failed: 'No enviado.',
    again: 'Reintentar',
    tooLong: (p) => `Sobran ${p.over} caracteres`,
    fileFrom: (p) => `${p.name} ha enviado un archivo`,
    from: (p) => `${p.name}: ${p.text}`,
  },
  settings: {
    title: 'Cámara y sonido',
    noise: 'Reducir el ruido',
    noiseText: 'Los demás dejan de oír ventiladores, teclados y tráfico.',
    failed: 'No se pudo cargar esta parte. Compruebe su conexión y ábrala de nuevo.',
  },
  trouble: {
    both: {
      denied: 'La cámara y el micrófono están bloqueados',
      absent: 'No se encontraron cámara ni micrófono',
      busy: 'La cámara y el micrófono están en uso',
      insecure: 'La cámara y el micrófono no están disponibles en esta página',
      failed: 'La cámara y el micrófono no funcionan',
    },
    camera: {
      denied: 'La cámara está bloqueada',
      absent: 'No se encontró ninguna cámara',
      busy: 'La cámara está en uso',
      insecure: 'La cámara no está disponible en esta página',
      failed: 'La cámara no funciona',
    },
    microphone: {
      denied: 'El micrófono está bloqueado',
      absent: 'No se encontró ningún micrófono',
      busy: 'El micrófono está en uso',
      insecure: 'El micrófono no está disponible en esta página',
      failed: 'El micrófono no funciona',
    },
    help: {
      denied: 'También puede continuar sin cámara ni micrófono.',
      absent: 'Conecte uno y vuelva a intentarlo, o siga sin él.',
      busy: 'Cierre otros programas que lo usen y vuelva a intentarlo, o siga sin él.',
      insecure:
        'Los navegadores solo dan acceso a los dispositivos a páginas HTTPS. Avise a quien le envió este enlace.',
      failed: 'Vuelva a intentarlo o elija otro. También puede seguir sin él.',
    },
  },
} satisfies typeof english;
