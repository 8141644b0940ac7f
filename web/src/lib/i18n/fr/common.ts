import type english from '../en/common';

export default {
  nav: {
    label: 'Menu principal',
    today: 'Aujourd’hui',
    calendar: 'Agenda',
    sessions: 'Séances',
    requests: 'Demandes',
    reports: 'Rapports',
    settings: 'Réglages',
    overview: 'Aperçu',
    users: 'Personnes',
    organizations: 'Organisations',
    usage: 'Utilisation',
    webhooks: 'Webhooks',
    system: 'Système',
    support: 'Assistance',
    more: 'Plus',
    signOut: 'Se déconnecter',
    skip: 'Aller au contenu',
  },
  status: {
    scheduled: 'Prévue',
    waiting: 'En attente',
    in_progress: 'En cours',
    completed: 'Terminée',
    cancelled: 'Annulée',
    no_show: 'Manquée',
  },
  close: 'Fermer',
  undo: 'Annuler l’action',
} satisfies typeof english;
