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
  close: 'Cerrar',
  undo: 'Deshacer',
} satisfies typeof english;
