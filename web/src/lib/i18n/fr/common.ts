import { plural } from '../locale';
import type english from '../en/common';

export default {
  nav: {
    label: 'Menu principal',
    today: 'Aujourd’hui',
    calendar: 'Agenda',
    sessions: 'Séances',
    appointments: 'Rendez-vous',
    arrivals: 'Arrivées',
    clients: 'Client(e)s',
    requests: 'Demandes',
    reports: 'Rapports',
    settings: 'Réglages',
    overview: 'Aperçu',
    users: 'Personnes',
    organizations: 'Organisations',
    usage: 'Utilisation',
    programs: 'Programmes',
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
  /** How good a new password is. */
  strength: {
    short: 'Trop court',
    weak: 'Facile à deviner',
    fair: 'Acceptable',
    good: 'Bon',
    strong: 'Fort',
  },
  door: { left: 'Était là', let_in: 'Accès ouvert' },
  late: ({ name, minutes }: { name: string; minutes: number }) =>
    `${name} a ${minutes} minutes de retard.`,
  doorChat: {
    title: 'Messages échangés',
    you: 'Vous',
    write: 'Écrire un message',
    send: 'Envoyer',
  },
  days: { yesterday: 'Hier', today: 'Aujourd’hui', tomorrow: 'Demain' },
  parties: {
    'practitioner/client': { practitioner: 'Praticien(ne)', client: 'Client(e)' },
    'doctor/patient': { practitioner: 'Médecin', client: 'Patient(e)' },
    'therapist/client': { practitioner: 'Thérapeute', client: 'Client(e)' },
    'psychologist/client': { practitioner: 'Psychologue', client: 'Client(e)' },
    'mechanic/customer': { practitioner: 'Mécanicien(ne)', client: 'Client(e)' },
  },
  /** The same for many, as the name of a page. */
  clients: {
    'practitioner/client': 'Client(e)s',
    'doctor/patient': 'Patient(e)s',
    'therapist/client': 'Client(e)s',
    'psychologist/client': 'Client(e)s',
    'mechanic/customer': 'Client(e)s',
  },
  /** Pages that some of them call otherwise. */
  ownNav: { 'therapist/client': { sessions: 'Séances vidéo' } },
  roles: { guest: 'Invité(e)', assistant: 'Accueil', admin: 'Administration' },
  consultation: 'Consultation vidéo',
  inPerson: 'Rendez-vous sur place',
  tryAgain: 'Réessayer',
  toStart: 'Retour à l’accueil',
  offline: {
    title: 'Vous êtes hors ligne',
    text: 'Cette page reprendra d’elle-même dès que la connexion sera rétablie.',
  },
  needHelp: 'Besoin d’aide ?',
  help: {
    call: ({ phone }) => `Appelez le ${phone}`,
    write: ({ email }) => `Écrivez à ${email}`,
  },
  language: 'Langue',
  save: 'Enregistrer',
  saved: 'Enregistré',
  stars: ({ count }: { count: number }) =>
    plural(count, { one: '1 étoile', other: `${count} étoiles` }),
  notes: {
    label: 'Notes',
    onlyYou: 'visibles uniquement par vous',
    unreadable: {
      title: 'Vos notes ne peuvent pas être lues',
      text: 'Elles sont conservées et réapparaîtront dès que la personne qui gère ce serveur aura rendu la clé qui les a scellées. D’ici là, rien n’est écrit à leur place.',
    },
    quality: 'Quelle était la qualité de l’appel ?',
  },
  byCode: ({ name }) => `${name} (avec le code)`,
  loading: 'Chargement',
  fields: {
    email: 'E-mail',
    name: 'Nom',
    password: 'Mot de passe',
    passcode: 'Code d’accès',
    title: 'Titre',
    notes: 'Notes',
    concern: 'Motif',
    starts_at: 'Début',
    duration_minutes: 'Durée',
    rating: 'Évaluation',
    comment: 'Commentaire',
    timezone: 'Fuseau horaire',
    url: 'Adresse',
  },
  refusals: {
    other: { title: 'Cela n’a pas fonctionné', text: 'Veuillez réessayer dans un instant.' },
    passcode_wrong: ({ left }) => ({
      title: 'Ce code d’accès n’est pas le bon',
      text:
        left === null
          ? 'Veuillez vérifier les six chiffres.'
          : `Veuillez vérifier les six chiffres. ${plural(left, { one: 'Il reste un essai.', other: `Il reste ${left} essais.` })}`,
    }),
    too_early: ({ at }) => ({
      title: 'Vous êtes en avance',
      text:
        at === null
          ? 'L’accès n’est pas encore ouvert. Veuillez réessayer un peu plus tard.'
          : `L’accès s’ouvre à ${at}. Veuillez revenir à ce moment-là ; votre lien reste valable.`,
    }),
    too_many_requests: ({ span }) => ({
      title: 'Trop d’essais',
      text: `Veuillez attendre ${span} avant de réessayer.`,
    }),
    slot_taken: ({ time }) => ({
      title: 'Cet horaire est pris',
      text:
        time === null
          ? 'Veuillez en choisir un autre.'
          : `${time} est déjà réservé. Veuillez choisir un autre horaire.`,
    }),
    not_allowed_now: ({ status }) => ({
      title: 'Ce n’est pas possible maintenant',
      text: `${status === null ? '' : `État de la séance : ${status}. `}Veuillez recharger la page pour voir ce qui est possible maintenant.`,
    }),
    invalid: ({ fields }) => ({
      title: 'Une information n’est pas correcte',
      text: fields === '' ? 'Veuillez vérifier votre saisie.' : `Veuillez vérifier : ${fields}.`,
    }),
    payment_required: {
      title: 'Ce rendez-vous n’est pas encore payé',
      text: 'Vous pourrez participer dès que le paiement sera confirmé. Si vous avez déjà payé, veuillez vous renseigner là où vous avez pris rendez-vous.',
    },
    passcode_required: {
      title: 'Un code d’accès est nécessaire',
      text: 'Veuillez saisir les six chiffres reçus avec votre rendez-vous.',
    },
    locked: {
      title: 'Trop de codes d’accès erronés',
      text: 'L’accès est bloqué pour un moment. Veuillez demander un nouveau code là où vous avez pris rendez-vous.',
    },
    quota_exceeded: {
      title: 'Il ne reste plus de minutes d’appel ce mois-ci',
      text: 'Veuillez demander une autre solution là où vous avez pris rendez-vous.',
    },
    ended: {
      title: 'Cette séance est terminée',
      text: 'Plus personne ne peut y participer. S’il reste des points à aborder, veuillez prendre un nouveau rendez-vous.',
    },
    full: {
      title: 'Toutes les places sont prises',
      text: 'Veuillez réessayer quand quelqu’un sera parti, ou demander à la personne qui vous a invité(e).',
    },
    denied: {
      title: 'On ne vous a pas fait entrer',
      text: 'S’il s’agit d’une erreur, veuillez appeler là où vous avez pris rendez-vous.',
    },
    no_call: {
      title: 'Ce rendez-vous a lieu sur place',
      text: 'Il n’y a pas d’appel vidéo. Veuillez vous rendre au lieu convenu.',
    },
    not_found: {
      title: 'Cette page n’existe pas',
      text: 'Le lien est peut-être incomplet, ou il appartient à un autre compte. Veuillez l’ouvrir exactement tel que vous l’avez reçu, ou vous connecter avec cet autre compte.',
    },
    unauthorized: {
      title: 'Vous n’êtes pas connecté(e)',
      text: 'Veuillez vous connecter et réessayer.',
    },
    wrong_login: {
      title: 'L’adresse e-mail ou le mot de passe est incorrect',
      text: 'Veuillez vérifier les deux. Seule l’administration peut définir un nouveau mot de passe.',
    },
    forbidden: {
      title: 'Votre compte n’en a pas le droit',
      text: 'Veuillez vous adresser à l’administration de ce serveur.',
    },
    conflict: {
      title: 'C’est incompatible avec ce qui existe déjà',
      text: 'Veuillez recharger la page et vérifier ce qui s’y trouve maintenant.',
    },
    version_conflict: {
      title: 'Quelqu’un l’a modifié entre-temps',
      text: 'Veuillez recharger la page, puis faire votre modification.',
    },
    request_taken: {
      title: 'Cette demande a déjà été acceptée',
      text: 'Veuillez recharger la page pour voir ce qui attend maintenant.',
    },
    request_gone: {
      title: 'La demande n’est plus en attente',
      text: 'Elle a été retirée, ou elle a attendu trop longtemps. Veuillez recharger la page pour voir ce qui attend maintenant.',
    },
    bad_request: {
      title: 'Le serveur n’a pas compris',
      text: 'Veuillez recharger la page et essayer encore une fois.',
    },
    method_not_allowed: {
      title: 'Le serveur ne sait pas faire cela',
      text: 'Veuillez recharger la page ; elle est peut-être plus ancienne que le serveur.',
    },
    payload_too_large: { title: 'C’est trop long', text: 'Veuillez raccourcir le texte.' },
    unsupported_media_type: {
      title: 'Le serveur n’accepte pas ce type de contenu',
      text: 'Veuillez recharger la page ; elle est peut-être plus ancienne que le serveur.',
    },
    idempotency_key_reused: {
      title: 'Cela a déjà été envoyé',
      text: 'Veuillez recharger la page et vérifier ce qui s’y trouve maintenant.',
    },
    idempotency_key_in_use: {
      title: 'C’est en cours d’exécution',
      text: 'Veuillez patienter un instant, puis recharger la page.',
    },
    idempotency_answer_lost: {
      title: 'Cela a été fait, mais la réponse s’est perdue',
      text: 'Veuillez recharger la page et vérifier ce qui s’y trouve maintenant.',
    },
    internal: {
      title: 'Un problème est survenu sur le serveur',
      text: 'Vous n’y êtes pour rien. Veuillez réessayer dans un instant.',
    },
    unavailable: {
      title: 'Le serveur n’est pas prêt pour l’instant',
      text: 'Veuillez réessayer dans un instant.',
    },
    media_unavailable: {
      title: 'L’image et le son ne peuvent pas être établis',
      text: 'Le service qui transmet cet appel ne répond pas. Veuillez réessayer dans un instant.',
    },
    busy: {
      title: 'Le serveur est saturé',
      text: 'Il transmet en ce moment autant d’appels qu’il le peut. Les appels commencés continuent. Veuillez réessayer dans un instant.',
    },
    broker_unavailable: {
      title: 'Des messages vers d’autres programmes attendent',
      text: 'Les appels continuent, et les messages suivront d’eux-mêmes. Vous n’avez rien à faire.',
    },
    not_ready: {
      title: 'Le serveur a besoin d’aide',
      text: 'La personne qui l’exploite peut voir ce qui manque. Veuillez réessayer dans quelques minutes.',
    },
    unreachable: {
      title: 'Le serveur est injoignable',
      text: 'Veuillez vérifier votre connexion. Nous continuons d’essayer.',
    },
  },
  close: 'Fermer',
  undo: 'Annuler l’action',
  unsaved: { ask: 'Abandonner votre saisie ?', discard: 'Abandonner', goOn: 'Continuer la saisie' },
} satisfies typeof english;
