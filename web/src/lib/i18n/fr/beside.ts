import { plural } from '../locale';
import type en from '../en/beside';

/** What stands beside the pictures of a call. */
export default {
  notes: {
    title: 'Notes',
    hidden:
      'Vous partagez un écran ou une fenêtre entière, où cette page peut apparaître. Pour que personne ne les lise, vos notes sont masquées pendant le partage.',
    show: 'Les afficher quand même',
    saving: 'Enregistrement…',
    failed:
      'Pas encore enregistré ; un nouvel essai suit. Votre texte est conservé dans cet onglet.',
    over: (p) =>
      plural(p.over, {
        one: '1 caractère de trop : non enregistré',
        other: `${p.over} caractères de trop : non enregistré`,
      }),
  },
  phone: {
    heading: 'Par téléphone',
    call: ({ name }) =>
      `Appelez ${name}. La consultation continue même si quelqu’un ferme cette page ; la durée compte selon votre indication.`,
    called: ({ name }) => `${name} vous appelle par téléphone.`,
    calledAt: ({ name, number }) => `${name} vous appelle par téléphone, au ${number}.`,
    mayClose: 'Vous pouvez fermer cette page ; la vidéo pourra reprendre plus tard.',
    orCall: 'Vous pouvez aussi appeler vous-même :',
    others: 'Ils continuent par téléphone. La vidéo pourra reprendre plus tard.',
    none: 'Aucun numéro n’est connu. Si vous en avez un, il sera conservé avec la personne :',
    showMine: ({ number }) => `Afficher aussi mon numéro (${number})`,
    noneOfMine: 'Votre propre numéro n’est pas connu ; vous pouvez l’ajouter dans les réglages.',
    since: ({ time }) => `Par téléphone depuis ${time}`,
    back: 'Revenir à la vidéo',
  },
  files: {
    attach: 'Envoyer une image ou un PDF',
    attachTitle:
      'Une image ou un PDF, 10 Mo au plus ; vous pouvez aussi le glisser ici ou le coller',
    save: 'Enregistrer',
    saveName: ({ name }) => `Enregistrer ${name}`,
    progress: ({ name }) => `Envoi de ${name}`,
    gone: 'Le fichier n’est plus là ou n’a pas pu être chargé. Les fichiers disparaissent avec la discussion.',
    notSent: ({ name, why }) => `${name} – ${why}`,
    why: {
      wrong_type:
        'Non envoyé : seules les images (PNG, JPEG, GIF, WebP) et les PDF sont acceptés. Une photo du papier convient aussi.',
      too_long:
        'Non envoyé : un fichier peut faire 10 Mo au plus. Prenez une photo plus petite ou envoyez moins de pages.',
      required: 'Non envoyé : le fichier est vide.',
      out_of_range:
        'Non envoyé : il n’y a plus de place pour des fichiers dans cette consultation. Envoyez le reste autrement.',
      not_configured: 'L’envoi de fichiers n’est pas possible ici.',
      other:
        'Non envoyé. Vérifiez votre connexion et réessayez ; après un rechargement, choisissez de nouveau le fichier.',
    },
  },
  people: {
    title: 'Participants',
    label: 'Participants et séance',
    isWaiting: (p) => `${p.name} attend`,
    admit: 'Faire entrer',
    deny: 'Refuser',
    remove: 'Retirer',
    removeName: (p) => `Retirer ${p.name}`,
    sureToRemove: (p) => `Retirer ${p.name} de l’appel ?`,
    keep: 'Ne pas retirer',
    notConnected: 'hors ligne',
    details: 'Détails',
    sessionId: 'Identifiant de la séance',
    idOf: (p) => `Identifiant (${p.role})`,
    subject: 'Objet',
    noTitle: 'Consultation vidéo',
    booked: 'Réservé',
    began: 'Début',
  },
  invite: {
    title: 'Inviter quelqu’un',
    text: 'Un interprète ou un proche, par exemple. Envoyez le lien à la personne : il ne demande ni compte ni code d’accès. C’est vous qui la faites entrer.',
    name: 'Nom (facultatif)',
    make: 'Créer un lien',
    making: 'Création du lien…',
    link: 'Lien',
    copy: 'Copier le lien',
    copied: 'Copié',
    select: 'La copie a échoué. Le lien est sélectionné : veuillez le copier à la main.',
    another: 'Un autre lien',
    until: (p) => `Il est valable jusqu’à ${p.time}.`,
  },
  help: {
    title: 'Raccourcis clavier',
    microphone: 'Activer ou couper le micro',
    camera: 'Allumer ou éteindre la caméra',
    talk: 'Maintenir pour parler, micro coupé',
    chat: 'Ouvrir ou fermer les messages',
    people: 'Participants',
    notes: 'Vos notes',
    settings: 'Caméra et son',
    fullScreen: 'Plein écran',
    help: 'Cette liste',
  },
} satisfies typeof en;
