import { plural } from '../locale';
import type english from '../en/common';

export default {
  nav: {
    label: 'Menú principal',
    today: 'Hoy',
    calendar: 'Calendario',
    sessions: 'Sesiones',
    appointments: 'Citas',
    arrivals: 'Llegadas',
    clients: 'Clientes',
    requests: 'Solicitudes',
    reports: 'Informes',
    settings: 'Ajustes',
    overview: 'Resumen',
    users: 'Personas',
    organizations: 'Organizaciones',
    usage: 'Uso',
    programs: 'Programas',
    webhooks: 'Webhooks',
    system: 'Sistema',
    support: 'Asistencia',
    more: 'Más',
    signOut: 'Cerrar sesión',
    skip: 'Ir al contenido',
  },
  status: {
    scheduled: 'Programada',
    waiting: 'En espera',
    in_progress: 'En curso',
    completed: 'Completada',
    cancelled: 'Cancelada',
    no_show: 'Sin asistencia',
  },
  /** How good a new password is. */
  strength: {
    short: 'Demasiado corta',
    weak: 'Fácil de adivinar',
    fair: 'Aceptable',
    good: 'Buena',
    strong: 'Fuerte',
  },
  door: { left: 'Estuvo aquí', let_in: 'Con acceso' },
  late: ({ name, minutes }: { name: string; minutes: number }) =>
    `${name} lleva ${minutes} minutos de retraso.`,
  doorChat: { title: 'Mensajes', you: 'Usted', write: 'Escribir un mensaje', send: 'Enviar' },
  days: { yesterday: 'Ayer', today: 'Hoy', tomorrow: 'Mañana' },
  parties: {
    'practitioner/client': { practitioner: 'Profesional', client: 'Cliente' },
    'doctor/patient': { practitioner: 'Médico/a', client: 'Paciente' },
    'therapist/client': { practitioner: 'Terapeuta', client: 'Cliente' },
    'psychologist/client': { practitioner: 'Psicólogo/a', client: 'Cliente' },
    'mechanic/customer': { practitioner: 'Mecánico/a', client: 'Cliente' },
  },
  /** The same for many, as the name of a page. */
  clients: {
    'practitioner/client': 'Clientes',
    'doctor/patient': 'Pacientes',
    'therapist/client': 'Clientes',
    'psychologist/client': 'Clientes',
    'mechanic/customer': 'Clientes',
  },
  /** Pages that some of them call otherwise. */
  ownNav: { 'therapist/client': { sessions: 'Sesiones de vídeo' } },
  roles: { guest: 'Invitado/a', assistant: 'Recepción', admin: 'Administración' },
  consultation: 'Videoconsulta',
  inPerson: 'Cita presencial',
  tryAgain: 'Intentar de nuevo',
  toStart: 'Volver al inicio',
  offline: {
    title: 'No tiene conexión',
    text: 'Esta página continuará por sí sola en cuanto haya conexión.',
  },
  needHelp: '¿Necesita ayuda?',
  help: {
    call: ({ phone }) => `Llame al ${phone}`,
    write: ({ email }) => `Escriba a ${email}`,
  },
  language: 'Idioma',
  save: 'Guardar',
  saved: 'Guardado',
  stars: ({ count }: { count: number }) =>
    plural(count, { one: '1 estrella', other: `${count} estrellas` }),
  notes: {
    label: 'Notas',
    onlyYou: 'solo usted las ve',
    unreadable: {
      title: 'No se pueden leer sus notas',
      text: 'Se conservan y volverán a mostrarse cuando quien administra este servidor devuelva la clave con la que se sellaron. Hasta entonces no se escribe nada en su lugar.',
    },
    quality: '¿Qué tal fue la llamada?',
  },
  byCode: ({ name }) => `${name} (con código)`,
  loading: 'Cargando',
  fields: {
    email: 'Correo electrónico',
    name: 'Nombre',
    password: 'Contraseña',
    passcode: 'Código de acceso',
    title: 'Título',
    notes: 'Notas',
    concern: 'Motivo',
    starts_at: 'Inicio',
    duration_minutes: 'Duración',
    rating: 'Valoración',
    comment: 'Comentario',
    timezone: 'Zona horaria',
    url: 'Dirección',
  },
  refusals: {
    other: {
      title: 'Esto no ha funcionado',
      text: 'Por favor, inténtelo de nuevo dentro de un momento.',
    },
    passcode_wrong: ({ left }) => ({
      title: 'Ese código de acceso no es correcto',
      text:
        left === null
          ? 'Por favor, compruebe las seis cifras.'
          : `Por favor, compruebe las seis cifras. ${plural(left, { one: 'Queda un intento.', other: `Quedan ${left} intentos.` })}`,
    }),
    too_early: ({ at }) => ({
      title: 'Ha llegado pronto',
      text:
        at === null
          ? 'El acceso aún no está abierto. Por favor, inténtelo un poco más tarde.'
          : `El acceso se abre a las ${at}. Por favor, vuelva entonces; su enlace sigue siendo válido.`,
    }),
    too_many_requests: ({ span }) => ({
      title: 'Demasiados intentos',
      text: `Por favor, espere ${span} e inténtelo de nuevo.`,
    }),
    slot_taken: ({ time }) => ({
      title: 'Esta hora está ocupada',
      text:
        time === null
          ? 'Por favor, elija otra.'
          : `${time} ya está reservado. Por favor, elija otra hora.`,
    }),
    not_allowed_now: ({ status }) => ({
      title: 'Ahora no es posible',
      text: `${status === null ? '' : `Estado de la sesión: ${status}. `}Por favor, vuelva a cargar la página para ver qué se puede hacer ahora.`,
    }),
    invalid: ({ fields }) => ({
      title: 'Algún dato no es correcto',
      text:
        fields === ''
          ? 'Por favor, compruebe lo que ha escrito.'
          : `Por favor, compruebe: ${fields}.`,
    }),
    payment_required: {
      title: 'Esta cita aún no está pagada',
      text: 'Podrá entrar en cuanto se confirme el pago. Si ya ha pagado, pregunte por favor donde concertó su cita.',
    },
    passcode_required: {
      title: 'Hace falta un código de acceso',
      text: 'Por favor, escriba las seis cifras que recibió con su cita.',
    },
    locked: {
      title: 'Demasiados códigos de acceso erróneos',
      text: 'La entrada está bloqueada durante un rato. Por favor, pida un código nuevo donde concertó su cita.',
    },
    quota_exceeded: {
      title: 'No quedan minutos de llamada este mes',
      text: 'Por favor, pida otra forma de hablar donde concertó su cita.',
    },
    ended: {
      title: 'Esta sesión ha terminado',
      text: 'Ya nadie puede entrar. Si queda algo por tratar, por favor concierte una nueva cita.',
    },
    full: {
      title: 'Todas las plazas están ocupadas',
      text: 'Por favor, inténtelo de nuevo cuando alguien haya salido, o pregunte a quien le invitó.',
    },
    denied: {
      title: 'No le han dejado entrar',
      text: 'Si es un error, por favor llame donde concertó su cita.',
    },
    no_call: {
      title: 'Esta cita es presencial',
      text: 'No hay videollamada. Por favor, acuda al lugar acordado.',
    },
    not_found: {
      title: 'Esta página no existe',
      text: 'Quizá el enlace esté incompleto o pertenezca a otra cuenta. Por favor, ábralo exactamente como lo recibió o inicie sesión con esa cuenta.',
    },
    unauthorized: {
      title: 'No ha iniciado sesión',
      text: 'Por favor, inicie sesión e inténtelo de nuevo.',
    },
    wrong_login: {
      title: 'El correo electrónico o la contraseña no son correctos',
      text: 'Por favor, compruebe ambos. Solo la administración puede poner una contraseña nueva.',
    },
    forbidden: {
      title: 'Su cuenta no puede hacer esto',
      text: 'Por favor, diríjase a la administración de este servidor.',
    },
    conflict: {
      title: 'Esto no encaja con lo que ya hay',
      text: 'Por favor, vuelva a cargar la página y mire lo que hay ahora.',
    },
    version_conflict: {
      title: 'Alguien lo ha cambiado entretanto',
      text: 'Por favor, vuelva a cargar la página y haga después su cambio.',
    },
    request_taken: {
      title: 'Esta solicitud ya ha sido aceptada',
      text: 'Por favor, vuelva a cargar la página para ver qué está en espera ahora.',
    },
    request_gone: {
      title: 'La solicitud ya no está en espera',
      text: 'Se retiró o esperó demasiado tiempo. Por favor, vuelva a cargar la página para ver qué está en espera ahora.',
    },
    bad_request: {
      title: 'El servidor no ha entendido esto',
      text: 'Por favor, vuelva a cargar la página e inténtelo otra vez.',
    },
    method_not_allowed: {
      title: 'El servidor no hace esto',
      text: 'Por favor, vuelva a cargar la página; quizá sea más antigua que el servidor.',
    },
    payload_too_large: { title: 'Es demasiado largo', text: 'Por favor, acórtelo.' },
    unsupported_media_type: {
      title: 'El servidor no admite este tipo de contenido',
      text: 'Por favor, vuelva a cargar la página; quizá sea más antigua que el servidor.',
    },
    idempotency_key_reused: {
      title: 'Esto ya se envió',
      text: 'Por favor, vuelva a cargar la página y mire lo que hay ahora.',
    },
    idempotency_key_in_use: {
      title: 'Esto se está llevando a cabo',
      text: 'Por favor, espere un momento y vuelva a cargar la página.',
    },
    idempotency_answer_lost: {
      title: 'Esto se hizo, pero la respuesta se perdió',
      text: 'Por favor, vuelva a cargar la página y mire lo que hay ahora.',
    },
    internal: {
      title: 'Algo ha fallado en el servidor',
      text: 'No es culpa suya. Por favor, inténtelo de nuevo dentro de un momento.',
    },
    unavailable: {
      title: 'El servidor no está listo en este momento',
      text: 'Por favor, inténtelo de nuevo dentro de un momento.',
    },
    media_unavailable: {
      title: 'No se puede establecer la imagen ni el sonido',
      text: 'El servicio que transmite esta llamada no responde. Por favor, inténtelo de nuevo dentro de un momento.',
    },
    busy: {
      title: 'El servidor está al límite',
      text: 'Ahora mismo atiende tantas llamadas como puede. Las llamadas que ya empezaron continúan. Por favor, inténtelo de nuevo dentro de un momento.',
    },
    broker_unavailable: {
      title: 'Hay mensajes a otros programas en espera',
      text: 'Las llamadas continúan y los mensajes se enviarán por sí solos. No tiene que hacer nada.',
    },
    not_ready: {
      title: 'El servidor necesita ayuda',
      text: 'Quien lo administra puede ver qué falta. Por favor, inténtelo de nuevo dentro de unos minutos.',
    },
    unreachable: {
      title: 'No se puede contactar con el servidor',
      text: 'Por favor, compruebe su conexión. Seguimos intentándolo.',
    },
  },
  close: 'Cerrar',
  undo: 'Deshacer',
  unsaved: {
    ask: '¿Descartar lo que ha escrito?',
    discard: 'Descartar',
    goOn: 'Seguir escribiendo',
  },
} satisfies typeof english;
