import type english from '../en/common';

export default {
  nav: {
    label: 'Hauptmenü',
    today: 'Heute',
    calendar: 'Kalender',
    sessions: 'Sitzungen',
    requests: 'Anfragen',
    reports: 'Berichte',
    settings: 'Einstellungen',
    overview: 'Übersicht',
    users: 'Personen',
    organizations: 'Organisationen',
    usage: 'Nutzung',
    webhooks: 'Webhooks',
    system: 'System',
    support: 'Hilfe',
    more: 'Mehr',
    signOut: 'Abmelden',
    skip: 'Zum Inhalt springen',
  },
  status: {
    scheduled: 'Geplant',
    waiting: 'Wartet',
    in_progress: 'Läuft',
    completed: 'Abgeschlossen',
    cancelled: 'Abgesagt',
    no_show: 'Versäumt',
  },
  close: 'Schließen',
  undo: 'Rückgängig',
} satisfies typeof english;
