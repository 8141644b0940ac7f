import { plural } from '../locale';
import type english from '../en/today';

export default {
  nothing: 'No hay ninguna cita.',
  freeDay: 'Hoy no hay ninguna cita.',
  plan: 'Planificar una cita',
  list: ({ count }: { count: number }) =>
    plural(count, { one: 'Una cita hoy', other: `${count} citas hoy` }),
  asked: ({ count }: { count: number }) =>
    plural(count, { one: 'Una solicitud en espera', other: `${count} solicitudes en espera` }),
  seeRequests: 'Ver',
  minutes: ({ count }: { count: number }) => `${count} min`,
  startsIn: ({ span }: { span: string }) => `empieza en ${span}`,
  opensIn: ({ span }: { span: string }) => `Se abre en ${span}`,
  admitName: ({ name }: { name: string }) => `Dejar pasar: ${name}`,
  rated: ({ stars }: { stars: number }) => `Valoración: ${stars} de 5`,
  next: {
    heading: 'Próxima cita',
    running: 'En curso',
    waiting: 'Alguien está esperando',
    letIn: 'Ya tiene acceso',
    in: ({ span }: { span: string }) => `en ${span}`,
    late: ({ span }: { span: string }) => `prevista desde hace ${span}`,
  },
  arrivals: {
    label: 'En la sala de espera',
    waits: ({ name }: { name: string }) => `${name} está esperando`,
    to: ({ name }: { name: string }) => `con ${name}`,
    since: ({ span }: { span: string }) => `desde hace ${span}`,
    left: ({ name, time }: { name: string; time: string }) =>
      `${name} estuvo aquí a las ${time} y se ha ido`,
    admit: 'Dejar pasar',
    admitLater: 'Dejar pasar, voy más tarde',
    toCall: 'Ir a la llamada',
    letIn: ({ name }: { name: string }) => `${name} ya tiene acceso.`,
    dismiss: 'Ocultar',
  },
  word: {
    button: 'Enviar un aviso',
    title: ({ name }: { name: string }) => `Aviso para ${name}`,
    late: ({ minutes }: { minutes: number }) => `${minutes} minutos de retraso`,
    text: 'Con sus propias palabras',
    send: 'Enviar',
    takeBack: 'Retirar',
    chat: 'Escribirse con quien espera',
    ends: 'Se muestra en la sala de espera y desaparece cuando la espera termina.',
  },
  notify: {
    ask: 'Avisarme de las llegadas',
    on: 'Las llegadas se muestran como notificación',
    blocked: 'El navegador bloquea las notificaciones de esta página',
  },
  kind: {
    video: 'Videoconsulta',
    chat: 'Chat',
    diagnostic: 'Diagnóstico a distancia',
    in_person: 'Cita presencial',
  },
  action: {
    start: 'Empezar',
    join: 'Unirse',
    rejoin: 'Volver',
    prepare: 'Comprobar cámara y sonido',
    unpaid: 'Pendiente de pago',
    in_person: 'Presencial',
    notes: 'Notas',
    writeNotes: 'Escribir notas',
    rate: 'Valorar',
    details: 'Detalles',
    backToCall: 'Volver a la llamada',
  },
  /** Buttons that some of the presets call otherwise. */
  ownActions: {
    'doctor/patient': {
      start: 'Iniciar vídeo',
      rejoin: 'Ver la sesión',
      writeNotes: 'Añadir notas',
    },
    'therapist/client': { start: 'Unirse ahora', join: 'Unirse ahora' },
  },
  running: {
    start: 'La puerta está abierta.',
    join: 'La puerta está abierta.',
    rejoin: 'Esta consulta está en curso.',
  },
  held: { question: '¿Se celebró esta cita?', yes: 'Se celebró', short: '¿Se celebró?' },
  change: 'Mover, cancelar o enviar el enlace',
  inCalendar: 'Ver en el calendario',
  tab: { upcoming: 'Próximas', past: 'Pasadas' },
  search: 'Nombre o título',
  status: 'Estado',
  anyStatus: 'Cualquier estado',
  more: 'Mostrar más',
  showAll: 'Mostrar todo',
  nothingFound: 'Nada coincide con esta búsqueda.',
  none: {
    upcoming: 'No hay ninguna cita.',
    past: 'Aquí aparecerán las sesiones pasadas.',
  },
  clients: {
    search: 'Buscar por nombre o correo',
    none: 'Todavía no se conoce a nadie. Las personas aparecen aquí cuando se les reserva una cita.',
    contact: 'Contacto',
    noEmail: 'No se conoce ninguna dirección de correo',
    write: 'Escribir un correo',
    nothing: 'No hay nada reservado.',
    invitation: ({ day }: { day: string }) => `Enlace e impresión para la cita: ${day}`,
    nobodyWaits: 'Nadie está esperando.',
  },
  facts: {
    date: 'Fecha',
    booked: 'Reservada',
    began: 'Inicio',
    ended: 'Fin',
    lasted: 'Duración',
    phone: 'De ello por teléfono',
    missing: 'Ausencia',
    reason: 'Motivo',
    payment: 'Pago',
    byItself: 'automáticamente',
    both: 'No acudió nadie',
  },
  again: {
    heading: 'Próxima cita en común',
    none: 'Aún no hay ninguna.',
  },
  evidence: {
    heading: 'Qué ocurrió y cuándo',
    none: 'Todavía no ha llegado nadie.',
    presence: 'Tiempo en la llamada',
    what: {
      entered: ({ who }: { who: string }) => `${who}: en la puerta`,
      admitted: ({ who }: { who: string }) => `${who}: acceso concedido`,
      connected: ({ who }: { who: string }) => `${who}: conexión`,
      disconnected: ({ who }: { who: string }) => `${who}: desconexión`,
      started: () => 'Empezó la consulta',
      completed: ({ who }: { who: string }) =>
        who ? `Terminó la consulta (${who})` : 'La consulta terminó automáticamente',
      cancelled: ({ who }: { who: string }) =>
        who ? `Se canceló la cita (${who})` : 'Se canceló la cita',
      no_show: () => 'La consulta no tuvo lugar',
      corrected: ({ who }: { who: string }) =>
        who ? `Se corrigió el resultado (${who})` : 'Se corrigió el resultado',
    },
    source: {
      media: 'sonido e imagen',
      provider: 'servicio de vídeo',
      socket: 'página',
      client: 'declaración propia',
      phone: 'por teléfono, según quien atiende',
    },
  },
  requests: {
    lead: 'Personas que desean una consulta ahora. Quien acepta primero la atiende.',
    iAccept: 'Acepto solicitudes',
    accepting: 'Las nuevas solicitudes aparecen aquí por sí solas.',
    notAccepting: 'No se le muestra ninguna solicitud.',
    none: 'En este momento nadie solicita una consulta.',
    off: 'Active «Acepto solicitudes» para ver quién solicita una consulta.',
    count: ({ count }: { count: number }) =>
      plural(count, { one: 'Una solicitud en espera', other: `${count} solicitudes en espera` }),
    waits: ({ span }: { span: string }) => `En espera desde hace ${span}`,
    until: ({ time }: { time: string }) => `espera hasta las ${time}`,
    clash: 'Usted o la persona que solicita ya tiene otra cita a esta hora.',
    unreadable: 'El texto de la solicitud ya no se puede leer.',
    accept: 'Aceptar',
  },
  why: {
    heading: '¿Por qué no veo solicitudes?',
    linked: 'Su cuenta tiene el rol para atender consultas:',
    enabled: 'Su cuenta está activa:',
    accepts: 'Usted acepta solicitudes:',
    yes: 'sí',
    no: 'no',
    counts: ({ pending, visible }: { pending: number; visible: number }) =>
      `Solicitudes en espera en este servidor: ${pending}. Visibles para usted: ${visible}.`,
    rules: {
      not_a_practitioner: ({ count }: { count: number }) =>
        `Ocultas porque su cuenta no tiene el rol necesario: ${count}. La administración puede cambiarlo.`,
      account_disabled: ({ count }: { count: number }) =>
        `Ocultas porque su cuenta está desactivada: ${count}. La administración puede cambiarlo.`,
      does_not_accept_requests: ({ count }: { count: number }) =>
        `Ocultas porque usted no acepta solicitudes: ${count}. Actívelo arriba.`,
      request_gone: ({ count }: { count: number }) => `Ya no esperan: ${count}.`,
      own_request: ({ count }: { count: number }) => `Suyas, que no puede aceptar: ${count}.`,
      tier: ({ count }: { count: number }) =>
        `Para otros niveles de servicio que el suyo: ${count}. La administración puede cambiar su nivel.`,
      organization_first: ({ count }: { count: number }) =>
        `Ofrecidas primero a otra organización: ${count}. Aparecerán aquí si allí nadie las acepta.`,
    },
    other: ({ count }: { count: number }) => `Ocultas por otro motivo: ${count}.`,
  },
} satisfies typeof english;
