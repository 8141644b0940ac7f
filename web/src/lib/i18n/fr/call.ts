import { plural } from '../locale';
import type english from '../en/call';

export default {
  title: 'Consultation',
  you: 'Vous',
  elapsed: 'Temps écoulé',
  line: {
    connecting: 'Connexion…',
    reconnecting: 'Reconnexion…',
    offline: 'Votre appareil est hors ligne. L’appel reprendra dès son retour.',
    gone: 'Le serveur est injoignable. Nous continuons d’essayer, et vous reviendrez automatiquement.',
    unanswered:
      'Le serveur ne répond pas en ce moment. Vous vous voyez et vous entendez toujours ; écrire et faire entrer devront attendre.',
    unheard:
      'Les messages n’arrivent pas pour le moment ; tout le reste continue. Nous continuons d’essayer.',
  },
  back: 'Vous êtes de retour.',
  connected: 'Connexion établie',
  isJoining: (p) => `${p.name} arrive…`,
  soundOn: 'Activer le son',
  alone:
    'Il n’y a encore personne d’autre. Dès que quelqu’un arrive, vous vous voyez et vous entendez.',
  soon: (p) =>
    `${p.name} sera avec vous dans un instant. Vous êtes déjà dans l’appel : restez ici, s’il vous plaît.`,
  wasHere: (p) => `${p.name} était là à ${p.time} et n’y est plus.`,
  hasLeft: (p) => `${p.name} n’est plus dans l’appel.`,
  openUntil: (p) =>
    `Il est possible de revenir : l’appel reste ouvert jusqu’à ${p.time} (${p.left}).`,
  joined: (p) => `${p.name} est là`,
  away: (p) => `${p.name} n’est pas là`,
  waiting: (p) =>
    plural(p.count, {
      one: `${p.count} personne attend qu’on la fasse entrer`,
      other: `${p.count} personnes attendent qu’on les fasse entrer`,
    }),
  time: {
    left: (p) => `encore ${p.minutes} min`,
    ends: (p) =>
      plural(p.minutes, {
        one: 'Le temps réservé se termine dans une minute.',
        other: `Le temps réservé se termine dans ${p.minutes} minutes.`,
      }),
    notCutOff: 'L’appel continue ensuite.',
    over: (p) =>
      p.until === null
        ? 'Le temps réservé est écoulé. Vous pouvez continuer à parler.'
        : `Le temps réservé est écoulé. Vous pouvez continuer à parler jusqu’à ${p.until}.`,
    closes: (p) =>
      plural(p.minutes, {
        one: 'Le temps réservé est écoulé. L’appel se termine tout seul dans une minute.',
        other: `Le temps réservé est écoulé. L’appel se termine tout seul dans ${p.minutes} minutes.`,
      }),
    closesSoon: 'Le temps réservé est écoulé. L’appel se terminera bientôt tout seul.',
    extend: (p) => `Prolonger de ${p.minutes} minutes`,
  },
  quality: {
    label: {
      good: 'Bonne connexion',
      fair: 'Connexion moyenne',
      poor: 'Connexion faible',
      lost: 'Aucune connexion',
      unknown: 'Mesure de la connexion',
    },
    advice: {
      good: 'L’image et le son passent bien.',
      fair: 'Il peut y avoir de petites coupures. Se rapprocher de la box Wi-Fi aide souvent.',
      poor: 'Rapprochez-vous de la box, utilisez un câble ou les données mobiles, arrêtez les autres téléchargements ou éteignez votre caméra.',
      lost: 'Rien ne passe en ce moment. Nous continuons d’essayer.',
      unknown: 'Cela prend quelques secondes.',
    },
    roundTrip: 'Latence',
    loss: 'Pertes',
    upload: 'Débit d’envoi',
    saving: {
      up: 'Votre connexion est faible : votre caméra est en pause. On vous entend toujours.',
      down: 'Votre connexion est faible : l’image de l’autre côté est en pause. Vous entendez toujours tout.',
      both: 'Votre connexion est faible : les images sont en pause. Vous vous entendez toujours.',
    },
    showAgain: {
      up: 'Allumer la caméra quand même',
      down: 'Afficher l’image quand même',
      both: 'Afficher les images quand même',
    },
    /** The server's own trouble, and nobody's line. */
    leftOut: {
      cameras:
        'Le serveur a plus d’appels qu’il ne peut en transmettre : les caméras sont en pause. Vous vous entendez toujours.',
      pictures:
        'Le serveur a plus d’appels qu’il ne peut en transmettre : les caméras et les écrans partagés sont en pause. Vous vous entendez toujours.',
    },
    theirs: {
      up: (p) =>
        `La connexion de ${p.name} est faible : sa caméra est en pause. Vous vous entendez toujours.`,
      down: (p) =>
        `La connexion de ${p.name} est faible : votre image n’y arrive pas pour le moment. Vous vous entendez toujours.`,
      both: (p) =>
        `La connexion de ${p.name} est faible : les images sont en pause. Vous vous entendez toujours.`,
    },
  },
  controls: {
    bar: 'Appel',
    mute: 'Couper le micro',
    unmute: 'Activer le micro',
    cameraOff: 'Éteindre la caméra',
    cameraOn: 'Allumer la caméra',
    share: 'Partager votre écran',
    stopSharing: 'Arrêter le partage d’écran',
    chat: 'Messages',
    chatUnread: (p) =>
      plural(p.count, {
        one: `Messages, ${p.count} nouveau message`,
        other: `Messages, ${p.count} nouveaux messages`,
      }),
    people: 'Présents',
    peopleWaiting: (p) => `Présents, ${p.count} en attente`,
    notes: 'Notes',
    phone: 'Continuer par téléphone',
    more: 'Plus',
    settings: 'Caméra et son',
    fullScreen: 'Plein écran',
    leaveFullScreen: 'Quitter le plein écran',
    float: 'Petite fenêtre au premier plan',
    invite: 'Inviter quelqu’un',
    shortcuts: 'Raccourcis clavier',
    endCall: 'Terminer l’appel',
    hangUp: 'Quitter ou terminer l’appel',
    leave: 'Quitter',
    leaveNow: 'Quitter pour l’instant',
    leaveText: 'La séance continue ; vous pouvez revenir.',
    end: 'Terminer pour tous',
    endText: 'Tout le monde quitte l’appel, et la séance est terminée.',
    talking: 'On vous entend tant que vous maintenez la barre d’espace.',
  },
  sharing: 'Vous partagez votre écran.',
  sharingAll:
    'Vous partagez un écran ou une fenêtre entière : les autres voient tout ce qui s’y affiche.',
  stop: 'Arrêter',
  replaced: {
    camera: (p) => `Votre caméra n’est plus là. « ${p.label} » la remplace.`,
    microphone: (p) => `Votre micro n’est plus là. « ${p.label} » le remplace.`,
  },
  stage: {
    self: 'Votre image',
    cameraOff: 'Caméra éteinte',
    paused: 'Image en pause : connexion faible',
    joining: 'arrive…',
    notConnected: 'hors ligne pour le moment',
    picture: (p) => `Image : ${p.name}`,
    screen: (p) => `Écran partagé : ${p.name}`,
    muted: (p) => `${p.name} : micro coupé`,
    pin: (p) => `Afficher en grand : ${p.name}`,
    unpin: (p) => `Afficher de nouveau en petit : ${p.name}`,
    move: 'Déplacer dans un autre coin',
  },
  chat: {
    title: 'Messages',
    empty: 'Aucun message pour l’instant',
    kept: 'Tout le monde dans l’appel peut lire. Rien n’est conservé après la séance.',
    write: 'Message',
    placeholder: 'Écrire un message',
    later: 'Dès que quelqu’un d’autre est là',
    send: 'Envoyer',
    sending: 'envoi en cours',
    failed: 'Non envoyé.',
    again: 'Réessayer',
    tooLong: (p) => `${p.over} caractères de trop`,
    fileFrom: (p) => `${p.name} a envoyé un fichier`,
    from: (p) => `${p.name} : ${p.text}`,
  },
  settings: {
    title: 'Caméra et son',
    noise: 'Réduire le bruit',
    noiseText: 'Les autres n’entendent plus les ventilateurs, les claviers ni la circulation.',
    failed:
      'Cette partie n’a pas pu être chargée. Vérifiez votre connexion et ouvrez-la de nouveau.',
  },
  trouble: {
    both: {
      denied: 'La caméra et le micro sont bloqués',
      absent: 'Ni caméra ni micro n’ont été trouvés',
      busy: 'La caméra et le micro sont déjà utilisés',
      insecure: 'La caméra et le micro ne sont pas disponibles sur cette page',
      failed: 'La caméra et le micro ne fonctionnent pas',
    },
    camera: {
      denied: 'La caméra est bloquée',
      absent: 'Aucune caméra n’a été trouvée',
      busy: 'La caméra est déjà utilisée',
      insecure: 'La caméra n’est pas disponible sur cette page',
      failed: 'La caméra ne fonctionne pas',
    },
    microphone: {
      denied: 'Le micro est bloqué',
      absent: 'Aucun micro n’a été trouvé',
      busy: 'Le micro est déjà utilisé',
      insecure: 'Le micro n’est pas disponible sur cette page',
      failed: 'Le micro ne fonctionne pas',
    },
    help: {
      denied: 'Vous pouvez aussi continuer sans.',
      absent: 'Branchez un appareil et réessayez, ou continuez sans.',
      busy: 'Fermez les autres programmes qui l’utilisent et réessayez, ou continuez sans.',
      insecure:
        'Les navigateurs ne donnent accès aux appareils qu’aux pages HTTPS. Prévenez la personne qui vous a envoyé ce lien.',
      failed: 'Réessayez ou choisissez un autre appareil. Vous pouvez aussi continuer sans.',
    },
  },
} satisfies typeof english;
