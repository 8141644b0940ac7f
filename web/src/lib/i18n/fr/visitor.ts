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
  held: {
    microphone: {
      title: 'Votre téléphone retient le micro',
      text: 'Il y a peut-être un appel téléphonique. On vous entendra de nouveau dès qu’il sera terminé ; gardez cette page ouverte.',
    },
    camera: {
      title: 'Votre caméra est en pause',
      text: 'Elle reprend dès que cette page est de nouveau au premier plan et qu’aucune autre application n’utilise la caméra.',
    },
  },
  under: { microphone: 'Micro', share: 'Partager', end: 'Terminer' },
} satisfies typeof english;
