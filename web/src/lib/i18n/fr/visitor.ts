import type english from '../en/visitor';

export default {
  nowhere: {
    title: 'Ce lien ne mène à aucune consultation',
    text: 'Il est peut-être incomplet, ou destiné à quelqu’un d’autre. Ouvrez-le exactement tel que vous l’avez reçu, ou connectez-vous avec le compte de la personne qui l’a reçu.',
  },
  signInAsOther: 'Se connecter avec un autre compte',
  steps: {
    label: 'Ce qu’il faut faire',
    allow: 'Autorisez la caméra et le micro',
    choose: 'Votre navigateur vous le demande : choisissez « Autoriser ».',
    check: 'Vérifiez l’image et le son',
    go: 'Allez en salle d’attente',
  },
  goToWaitingRoom: 'Aller en salle d’attente',
  goIn: 'Aller à la consultation',
  changeDevices: 'Changer d’appareils',
  test: 'Tester la caméra, le son et la connexion',
  inApp: {
    title: 'Cette application ne donne pas la caméra à la page',
    text: ({ browser }) =>
      `Vous avez ouvert le lien dans une autre application. Ouvrez-le dans ${browser}.`,
    help: ({ browser }) =>
      `Si le bouton ne fait rien : touchez le menu de cette application (trois points ou la flèche) et choisissez « Ouvrir dans ${browser} », ou copiez le lien et collez-le là.`,
    open: ({ browser }) => `Ouvrir dans ${browser}`,
    copy: 'Copier le lien',
    copied: 'Copié',
  },
  interrupted: {
    microphone:
      'Votre téléphone a besoin du micro en ce moment. On ne vous entend plus jusqu’à ce qu’il le rende.',
    camera: 'Votre caméra est en pause tant que cette page est à l’arrière-plan.',
    over: 'On vous entend à nouveau.',
  },
} satisfies typeof english;
