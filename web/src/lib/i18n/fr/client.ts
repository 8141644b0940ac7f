import type english from '../en/client';
import { plural } from '../locale';

export default {
  entry: {
    howItWorks: 'Comment ça marche',
    lead: 'Des consultations vidéo, face à face, où que vous soyez.',
    enterAs: 'Entrer en tant que',
    demo: 'Ceci est une démonstration. Ouvrez-la dans deux navigateurs pour essayer les deux rôles.',
    withAccount: 'Se connecter avec un compte',
    signIn: 'Se connecter',
    signingIn: 'Un instant…',
    elsewhere:
      'Veuillez vous connecter là où vous avez pris rendez-vous ; cette page n’a pas ses propres comptes.',
  },
  password: {
    forgotTitle: 'Mot de passe oublié ?',
    forgotText:
      'Indiquez l’adresse e-mail avec laquelle vous vous connectez. Vous recevrez un lien pour choisir un autre mot de passe.',
    send: 'Envoyer le lien',
    asked:
      'S’il existe un compte avec cette adresse, un lien est en route. Il est valable une heure. Regardez aussi dans les courriers indésirables.',
    chooseTitle: 'Choisir un mot de passe',
    next: 'Mot de passe, au moins 12 caractères',
    size: 'Un mot de passe compte de 12 à 256 caractères.',
    common:
      'Beaucoup de gens utilisent ce mot de passe : il est essayé en premier. Choisissez-en un autre.',
    choose: 'Enregistrer le mot de passe',
    done: 'Votre mot de passe est enregistré. Toutes les autres connexions de votre compte sont terminées.',
    goneTitle: 'Ce lien n’est plus valable',
    goneText:
      'Il a été utilisé, remplacé par un plus récent, ou son délai est passé. Demandez-en un nouveau.',
  },
  invite: {
    title: 'Invitation',
    heading: 'Vous êtes invité(e) à une consultation vidéo',
    text: 'Elle s’ouvre dans ce navigateur ; il n’y a rien à installer. Vous pouvez vérifier votre caméra et votre micro avant que quiconque vous voie ou vous entende.',
    name: 'Votre nom',
    proceed: 'Continuer',
    goneTitle: 'Cette invitation n’est plus valable',
    goneText: 'Elle a été retirée, ou le rendez-vous est passé. Veuillez en demander une nouvelle.',
    incomplete: 'Ce lien est incomplet. Veuillez l’ouvrir exactement tel que vous l’avez reçu.',
  },
  signedOut: {
    heading: 'Votre consultation vidéo',
    link: 'Vous avez reçu un lien personnel ? Ouvrez-le à nouveau : il ne demande ni code ni mot de passe. S’il ne fonctionne plus, demandez-en un autre.',
    code: 'J’ai un code d’accès',
    account: 'J’ai un compte',
    refused: 'Ce code n’ouvre rien pour l’instant',
    refusedText:
      'Vérifiez les six chiffres et l’heure indiqués dans votre lettre : l’accès ouvre peu avant le rendez-vous.',
    triesLeft: ({ left }) =>
      plural(left, {
        one: 'Il vous reste un essai.',
        other: `Il vous reste ${left} essais.`,
      }),
    waits: 'Vous arrivez dans la salle d’attente et l’on vous fait entrer.',
  },
  lobby: {
    isWaiting: ({ name }) => `${name} est dans la salle d’attente.`,
    opensIn: 'L’accès s’ouvre dans',
    opensAt: ({ time }) => `À ${time}.`,
    byItself: 'Vous passerez alors automatiquement en salle d’attente.',
    openNow: 'L’accès est maintenant ouvert.',
    join: 'Participer',
    joining: 'Connexion…',
    slow: {
      title: 'Cela prend plus de temps que d’habitude',
      text: 'Votre connexion ou le serveur est lent. Veuillez patienter, nous continuons d’essayer.',
    },
    giveUp: 'Ne plus essayer',
    nobodySees:
      'Vous arrivez d’abord en salle d’attente. Personne ne vous voit ni ne vous entend avant qu’on vous fasse entrer.',
  },
  passcode: {
    label: 'Code d’accès, six chiffres',
    verify: 'Vérifier et continuer',
    right: 'Le code est bon.',
  },
  devices: {
    heading: 'Caméra, micro et haut-parleur',
    camera: 'Caméra',
    microphone: 'Micro',
    speaker: 'Haut-parleur',
    saySomething: 'Dites quelque chose pour tester votre micro',
    heard: 'Votre micro fonctionne',
    muted: 'Votre micro est coupé',
    level: 'Niveau du micro',
    testSound: 'Tester le son',
    playing: 'Vous devriez entendre trois notes.',
    heardNothing: 'Rien entendu ? Montez le volume ou choisissez un autre haut-parleur.',
    noSound: 'Le navigateur n’a pas émis le son. Veuillez vérifier ses autorisations.',
    ownPicture: 'Votre propre image',
    opening: 'En attente de votre caméra…',
    cameraIsOff: 'Votre caméra est éteinte',
    cameraOn: 'Allumer la caméra',
    cameraOff: 'Éteindre la caméra',
    mute: 'Couper le micro',
    unmute: 'Activer le micro',
  },
  permission: {
    chrome:
      'Dans Chrome : cliquez sur l’icône à gauche de l’adresse, activez la caméra et le micro, puis réessayez.',
    edge: 'Dans Edge : cliquez sur le cadenas à gauche de l’adresse, autorisez la caméra et le micro, puis réessayez.',
    firefox:
      'Dans Firefox : cliquez sur la caméra barrée à gauche de l’adresse, levez le blocage, puis réessayez.',
    safari:
      'Dans Safari : menu Safari, « Réglages pour ce site web », autorisez la caméra et le micro, puis réessayez.',
    android:
      'Sur Android : touchez l’icône à gauche de l’adresse, puis « Autorisations », autorisez la caméra et le micro, puis réessayez.',
    ios: 'Sur iPhone et iPad : touchez l’icône dans la barre d’adresse, « Réglages du site web », autorisez la caméra et le micro, puis réessayez.',
    ios_app:
      'Sur iPhone et iPad : ouvrez l’app Réglages, cherchez ce navigateur, activez la caméra et le micro, puis réessayez.',
    other:
      'Autorisez la caméra et le micro pour cette page dans les réglages de votre navigateur, puis réessayez.',
  },
  waiting: {
    heading: 'Vous êtes dans la salle d’attente',
    presence: {
      away: ({ name }) => `${name} n’est pas encore là et verra que vous attendez.`,
      in_another_call: ({ name }) =>
        `${name} est encore dans un autre appel et voit que vous attendez.`,
      here: ({ name }) => `${name} est là et va vous faire entrer.`,
      unknown: ({ name }) => `${name} voit que vous attendez et va vous faire entrer.`,
    },
    at: ({ time }) => `Votre rendez-vous est à ${time}.`,
    waited: ({ time }) => `Attente : ${time}`,
    keepOpen:
      'Personne ne vous voit ni ne vous entend pour l’instant. Veuillez laisser cette page ouverte : un son vous prévient quand on vous fait entrer.',
    leave: 'Quitter',
  },
  after: {
    ended: 'Séance terminée',
    endsSoon: 'Elle se termine pour tous dans cinq secondes.',
    returnTo: (p) => `Retour à ${p.host}`,
    toAppointments: 'Vers vos rendez-vous',
    left: 'Vous avez quitté l’appel',
    elsewhere: 'L’appel continue ailleurs',
    turnedAway: 'On ne vous a pas fait entrer',
    over: 'La consultation est terminée',
    endedByYou: 'Vous avez mis fin à la consultation',
    endedBy: ({ name }) => `${name} a mis fin à la consultation`,
    cancelled: 'Le rendez-vous a été annulé',
    cancelledByYou: 'Vous avez annulé le rendez-vous',
    cancelledBy: ({ name }) => `${name} a annulé le rendez-vous`,
    missed: 'La consultation n’a pas eu lieu',
    missedYou: 'Vous avez manqué la consultation',
    missedBy: ({ name }) => `${name} n’est pas venu(e)`,
    lasted: ({ span }) => `Durée : ${span}`,
    stillOpen: 'La séance est encore ouverte ; vous pouvez revenir.',
    offHere:
      'Vous participez depuis un autre onglet ou appareil. Ici, la caméra et le micro sont éteints.',
    devicesOff: 'Votre caméra et votre micro sont éteints.',
    endUnconfirmed:
      'Vous n’êtes plus dans l’appel. Nous continuons de prévenir le serveur tant que cette page est ouverte.',
    back: 'Revenir à l’appel',
    continueHere: 'Continuer ici',
  },
  rating: {
    question: 'Comment s’est passée votre consultation ?',
    comment: 'Que devrions-nous savoir ? (facultatif)',
    send: 'Envoyer',
  },
} satisfies typeof english;
