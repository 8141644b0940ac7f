import { plural } from '../locale';
import type english from '../en/today';

export default {
  nothing: 'Aucun rendez-vous n’est prévu.',
  freeDay: 'Aucun rendez-vous n’est prévu aujourd’hui.',
  plan: 'Planifier un rendez-vous',
  list: ({ count }: { count: number }) =>
    plural(count, { one: 'Un rendez-vous aujourd’hui', other: `${count} rendez-vous aujourd’hui` }),
  asked: ({ count }: { count: number }) =>
    plural(count, { one: 'Une demande en attente', other: `${count} demandes en attente` }),
  seeRequests: 'Consulter',
  minutes: ({ count }: { count: number }) => `${count} min`,
  startsIn: ({ span }: { span: string }) => `commence dans ${span}`,
  opensIn: ({ span }: { span: string }) => `Ouvre dans ${span}`,
  admitName: ({ name }: { name: string }) => `Faire entrer ${name}`,
  rated: ({ stars }: { stars: number }) => `Noté ${stars} sur 5`,
  next: {
    heading: 'Prochain rendez-vous',
    running: 'En cours',
    waiting: 'Quelqu’un attend',
    letIn: 'Accès déjà ouvert',
    in: ({ span }: { span: string }) => `dans ${span}`,
    late: ({ span }: { span: string }) => `prévu depuis ${span}`,
  },
  arrivals: {
    label: 'En salle d’attente',
    waits: ({ name }: { name: string }) => `${name} attend`,
    to: ({ name }: { name: string }) => `pour ${name}`,
    since: ({ span }: { span: string }) => `depuis ${span}`,
    left: ({ name, time }: { name: string; time: string }) =>
      `${name} était là à ${time} et n’y est plus`,
    admit: 'Faire entrer',
    admitLater: 'Faire entrer, je viens plus tard',
    toCall: 'Aller à l’appel',
    letIn: ({ name }: { name: string }) => `L’accès est ouvert à ${name}.`,
    dismiss: 'Masquer',
  },
  word: {
    button: 'Envoyer un mot',
    title: ({ name }: { name: string }) => `Un mot à ${name}`,
    late: ({ minutes }: { minutes: number }) => `${minutes} minutes de retard`,
    text: 'Avec vos propres mots',
    send: 'Envoyer',
    takeBack: 'Retirer',
    chat: 'Échanger par écrit avec la personne qui attend',
    ends: 'Il s’affiche dans la salle d’attente et disparaît à la fin de l’attente.',
  },
  notify: {
    ask: 'Me signaler les arrivées',
    on: 'Les arrivées sont signalées par une notification',
    blocked: 'Le navigateur bloque les notifications de cette page',
  },
  kind: {
    video: 'Téléconsultation',
    chat: 'Messagerie',
    diagnostic: 'Diagnostic à distance',
    in_person: 'Rendez-vous sur place',
  },
  action: {
    start: 'Commencer',
    join: 'Rejoindre',
    rejoin: 'Revenir',
    prepare: 'Vérifier la caméra et le son',
    unpaid: 'Pas encore payé',
    in_person: 'Sur place',
    notes: 'Notes',
    writeNotes: 'Rédiger les notes',
    rate: 'Évaluer',
    details: 'Détails',
    backToCall: 'Revenir à l’appel',
  },
  /** Buttons that some of the presets call otherwise. */
  ownActions: {
    'doctor/patient': {
      start: 'Démarrer la vidéo',
      rejoin: 'Voir la séance',
      writeNotes: 'Ajouter des notes',
    },
    'therapist/client': { start: 'Rejoindre maintenant', join: 'Rejoindre maintenant' },
  },
  running: {
    start: 'La porte est ouverte.',
    join: 'La porte est ouverte.',
    rejoin: 'Cette consultation est en cours.',
  },
  held: { question: 'Ce rendez-vous a-t-il eu lieu ?', yes: 'Il a eu lieu', short: 'A eu lieu ?' },
  change: 'Déplacer, annuler ou envoyer le lien',
  inCalendar: 'Voir dans l’agenda',
  tab: { upcoming: 'À venir', past: 'Passées' },
  search: 'Nom ou intitulé',
  status: 'État',
  anyStatus: 'Tous les états',
  more: 'Afficher plus',
  showAll: 'Tout afficher',
  nothingFound: 'Rien ne correspond à cette recherche.',
  none: {
    upcoming: 'Aucun rendez-vous n’est prévu.',
    past: 'Les séances passées figureront ici.',
  },
  clients: {
    search: 'Chercher par nom ou e-mail',
    none: 'Personne n’est encore connu. Les personnes apparaissent ici dès qu’un rendez-vous est pris pour elles.',
    contact: 'Contact',
    noEmail: 'Aucune adresse e-mail connue',
    write: 'Écrire un e-mail',
    nothing: 'Rien n’est réservé.',
    invitation: ({ day }: { day: string }) => `Lien et impression pour le rendez-vous : ${day}`,
    nobodyWaits: 'Personne n’attend.',
  },
  facts: {
    date: 'Date',
    booked: 'Prévu',
    began: 'Début',
    ended: 'Fin',
    lasted: 'Durée',
    phone: 'Dont par téléphone',
    missing: 'Absence',
    reason: 'Motif',
    payment: 'Paiement',
    byItself: 'automatiquement',
    both: 'Personne n’est venu',
  },
  again: {
    heading: 'Prochain rendez-vous ensemble',
    none: 'Aucun n’est encore prévu.',
  },
  evidence: {
    heading: 'Déroulement',
    none: 'Personne n’est encore venu.',
    presence: 'Temps passé dans l’appel',
    what: {
      entered: ({ who }: { who: string }) => `${who} : à la porte`,
      admitted: ({ who }: { who: string }) => `${who} : entrée accordée`,
      connected: ({ who }: { who: string }) => `${who} : connexion`,
      disconnected: ({ who }: { who: string }) => `${who} : déconnexion`,
      started: () => 'La consultation a commencé',
      completed: ({ who }: { who: string }) =>
        who ? `La consultation a pris fin (${who})` : 'La consultation a pris fin automatiquement',
      cancelled: ({ who }: { who: string }) =>
        who ? `Le rendez-vous a été annulé (${who})` : 'Le rendez-vous a été annulé',
      no_show: () => 'La consultation n’a pas eu lieu',
      corrected: ({ who }: { who: string }) =>
        who ? `Le résultat a été corrigé (${who})` : 'Le résultat a été corrigé',
    },
    source: {
      media: 'son et image',
      provider: 'service vidéo',
      socket: 'page',
      client: 'propre déclaration',
      phone: 'par téléphone, selon le praticien',
    },
  },
  requests: {
    lead: 'Les personnes qui souhaitent une consultation maintenant. Qui accepte en premier la prend.',
    iAccept: 'J’accepte les demandes',
    accepting: 'Les nouvelles demandes apparaissent ici d’elles-mêmes.',
    notAccepting: 'Aucune demande ne vous est présentée.',
    none: 'Personne ne fait de demande en ce moment.',
    off: 'Activez « J’accepte les demandes » pour voir qui en fait.',
    count: ({ count }: { count: number }) =>
      plural(count, { one: 'Une demande en attente', other: `${count} demandes en attente` }),
    waits: ({ span }: { span: string }) => `En attente depuis ${span}`,
    until: ({ time }: { time: string }) => `attend jusqu’à ${time}`,
    clash: 'Vous-même ou la personne qui demande avez déjà un rendez-vous à cette heure-ci.',
    unreadable: 'Le texte de la demande n’est plus lisible.',
    accept: 'Accepter',
  },
  why: {
    heading: 'Pourquoi ne vois-je aucune demande ?',
    linked: 'Votre compte a le rôle requis pour consulter :',
    enabled: 'Votre compte est actif :',
    accepts: 'Vous acceptez les demandes :',
    yes: 'oui',
    no: 'non',
    counts: ({ pending, visible }: { pending: number; visible: number }) =>
      `Demandes en attente sur ce serveur : ${pending}. Visibles pour vous : ${visible}.`,
    rules: {
      not_a_practitioner: ({ count }: { count: number }) =>
        `Masquées, car votre compte n’a pas le rôle requis : ${count}. L’administration peut le changer.`,
      account_disabled: ({ count }: { count: number }) =>
        `Masquées, car votre compte est désactivé : ${count}. L’administration peut le changer.`,
      does_not_accept_requests: ({ count }: { count: number }) =>
        `Masquées, car vous n’acceptez pas les demandes : ${count}. Activez l’option ci-dessus.`,
      request_gone: ({ count }: { count: number }) => `N’attendent plus : ${count}.`,
      own_request: ({ count }: { count: number }) =>
        `Les vôtres, que vous ne pouvez pas accepter : ${count}.`,
      tier: ({ count }: { count: number }) =>
        `Destinées à d’autres niveaux de service que le vôtre : ${count}. L’administration peut changer votre niveau.`,
      organization_first: ({ count }: { count: number }) =>
        `Proposées d’abord à une autre organisation : ${count}. Elles apparaîtront ici si personne n’y accepte.`,
    },
    other: ({ count }: { count: number }) => `Masquées pour une autre raison : ${count}.`,
  },
} satisfies typeof english;
