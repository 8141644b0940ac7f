import { plural } from '..';
import type english from '../en/common';

export default {
  nav: {
    label: 'Menú principal',
    today: 'Hoy',
    calendar: 'Calendario',
    sessions: 'Sesiones',
    requests: 'Solicitudes',
    reports: 'Informes',
    settings: 'Ajustes',
    overview: 'Resumen',
    users: 'Personas',
    organizations: 'Organizaciones',
    usage: 'Uso',
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
    no_show: 'Perdida',
  },
  parties: {
    'practitioner/client': { practitioner: 'Profesional', client: 'Cliente' },
    'doctor/patient': { practitioner: 'Médico/a', client: 'Paciente' },
    'therapist/client': { practitioner: 'Terapeuta', client: 'Cliente' },
    'psychologist/client': { practitioner: 'Psicólogo/a', client: 'Cliente' },
    'mechanic/customer': { practitioner: 'Mecánico/a', client: 'Cliente' },
  },
  roles: { guest: 'Invitado/a', assistant: 'Recepción', admin: 'Administración' },
  consultation: 'Videoconsulta',
  inPerson: 'Cita presencial',
  tryAgain: 'Intentar de nuevo',
  toStart: 'A la página de inicio',
  offline: {
    title: 'No tiene conexión',
    text: 'Esta página continuará por sí sola en cuanto haya conexión.',
  },
  needHelp: '¿Necesita ayuda?',
  language: 'Idioma',
  save: 'Guardar',
  saved: 'Guardado',
  stars: ({ count }: { count: number }) =>
    plural(count, { one: '1 estrella', other: `${count} estrellas` }),
  notes: {
    label: 'Notas',
    onlyYou: 'solo usted las ve',
    quality: '¿Qué tal fue la llamada?',
  },
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
    other: { title: 'Esto no ha funcionado', text: 'Inténtelo de nuevo dentro de un momento.' },
    passcode_wrong: ({ left }) => ({
      title: 'Ese código de acceso no es correcto',
      text:
        left === null
          ? 'Compruebe las seis cifras.'
          : `Compruebe las seis cifras. ${plural(left, { one: 'Queda un intento.', other: `Quedan ${left} intentos.` })}`,
    }),
    too_early: ({ at }) => ({
      title: 'Ha llegado pronto',
      text: at === null ? 'El acceso aún no está abierto.' : `El acceso se abre a las ${at}.`,
    }),
    too_many_requests: ({ span }) => ({
      title: 'Demasiados intentos',
      text: `Espere ${span} e inténtelo de nuevo.`,
    }),
    slot_taken: ({ time }) => ({
      title: 'Esta hora está ocupada',
      text: time === null ? 'Elija otra.' : `${time} ya está reservado. Elija otra hora.`,
    }),
    not_allowed_now: ({ status }) => ({
      title: 'Ahora no es posible',
      text: status === null ? 'Vuelva a cargar la página.' : `Estado de la sesión: ${status}.`,
    }),
    invalid: ({ fields }) => ({
      title: 'Algún dato no es correcto',
      text: fields === '' ? 'Compruebe lo que ha escrito.' : `Compruebe: ${fields}.`,
    }),
    payment_required: {
      title: 'Esta cita aún no está pagada',
      text: 'Podrá entrar en cuanto se confirme el pago.',
    },
    passcode_required: {
      title: 'Hace falta un código de acceso',
      text: 'Escriba las seis cifras que recibió con su cita.',
    },
    locked: {
      title: 'Demasiados códigos de acceso erróneos',
      text: 'La entrada está bloqueada por un rato. Pida un código nuevo donde concertó su cita.',
    },
    quota_exceeded: {
      title: 'No quedan minutos este mes',
      text: 'Los minutos de llamada se han agotado. Pida otra forma de hablar donde concertó su cita.',
    },
    ended: { title: 'Esta sesión ha terminado', text: 'Ya nadie puede entrar.' },
    full: { title: 'Ya están todos', text: 'La sesión no admite a nadie más.' },
    denied: {
      title: 'No le han dejado entrar',
      text: 'Si es un error, llame donde concertó su cita.',
    },
    no_call: { title: 'Esta cita es presencial', text: 'No hay videollamada para ella.' },
    not_found: {
      title: 'Esta página no existe',
      text: 'Quizá el enlace está incompleto o pertenece a otra cuenta.',
    },
    unauthorized: {
      title: 'No ha iniciado sesión',
      text: 'Inicie sesión e inténtelo de nuevo.',
    },
    wrong_login: {
      title: 'El correo electrónico o la contraseña no son correctos',
      text: 'Compruebe ambos. Solo la administración puede poner una contraseña nueva.',
    },
    forbidden: {
      title: 'Su cuenta no puede hacer esto',
      text: 'Diríjase a la administración de este servidor.',
    },
    conflict: {
      title: 'Esto no encaja con lo que ya hay',
      text: 'Vuelva a cargar la página y mire lo que hay ahora.',
    },
    version_conflict: {
      title: 'Alguien lo ha cambiado entretanto',
      text: 'Vuelva a cargar la página y haga después su cambio.',
    },
    request_taken: { title: 'Alguien fue más rápido', text: 'La solicitud ya ha sido aceptada.' },
    request_gone: {
      title: 'La solicitud ya no está en espera',
      text: 'Se retiró o esperó demasiado tiempo.',
    },
    bad_request: {
      title: 'El servidor no ha entendido esto',
      text: 'Vuelva a cargar la página e inténtelo otra vez.',
    },
    method_not_allowed: {
      title: 'El servidor no hace esto',
      text: 'Vuelva a cargar la página; puede ser más antigua que el servidor.',
    },
    payload_too_large: { title: 'Es demasiado largo', text: 'Acórtelo, por favor.' },
    unsupported_media_type: {
      title: 'El servidor no admite este tipo de contenido',
      text: 'Vuelva a cargar la página; puede ser más antigua que el servidor.',
    },
    idempotency_key_reused: {
      title: 'Esto ya se envió',
      text: 'Vuelva a cargar la página y mire lo que hay ahora.',
    },
    idempotency_key_in_use: {
      title: 'Esto se está llevando a cabo',
      text: 'Espere un momento y vuelva a cargar la página.',
    },
    idempotency_answer_lost: {
      title: 'Esto se hizo, pero la respuesta se perdió',
      text: 'Vuelva a cargar la página y mire lo que hay ahora.',
    },
    internal: {
      title: 'Algo ha fallado en el servidor',
      text: 'No es culpa suya. Inténtelo de nuevo dentro de un momento.',
    },
    unavailable: {
      title: 'El servidor no está listo en este momento',
      text: 'Inténtelo de nuevo dentro de un momento.',
    },
    broker_unavailable: {
      title: 'Hay mensajes a otros programas en espera',
      text: 'Las llamadas continúan; los mensajes seguirán por sí solos.',
    },
    unreachable: {
      title: 'No se puede contactar con el servidor',
      text: 'Compruebe su conexión. Seguimos intentándolo.',
    },
  },
  close: 'Cerrar',
  undo: 'Deshacer',
} satisfies typeof english;
