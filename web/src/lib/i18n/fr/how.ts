import type en from '../en/how';

export default {
  title: 'Comment ça marche',
  lead: 'Du lien à la fin de l’appel, et les navigateurs qui conviennent.',
  steps: [
    { name: 'Vous ouvrez un lien', text: 'Dans votre navigateur ; il n’y a rien à installer.' },
    {
      name: 'Vous vérifiez caméra et micro',
      text: 'La page montre ce que les autres verront et entendront, avant eux.',
    },
    {
      name: 'Vous attendez qu’on vous fasse entrer',
      text: 'Dans la salle d’attente, personne ne vous voit ni ne vous entend.',
    },
    {
      name: 'Vous parlez',
      text: 'Partagez votre écran, écrivez, éteignez la caméra. Une connexion perdue revient d’elle-même.',
    },
    {
      name: 'Vous terminez',
      text: 'Avec le bouton rouge ; pendant cinq secondes, vous pouvez revenir. Quitter pour l’instant se trouve dans le menu.',
    },
  ],
  need: 'Ce qu’il vous faut',
  needs: [
    'Un téléphone, une tablette ou un ordinateur avec caméra et micro. Il n’y a rien à installer.',
    'Le lien de votre lettre ou de votre e-mail, et les six chiffres si on vous en a donné.',
    'Un endroit calme et clair. La lumière du jour de face vous montre le mieux.',
  ],
  test: 'Essayez maintenant',
  testText:
    'La caméra, le son et la connexion peuvent être testés à tout moment, sans rendez-vous. Vous vous voyez et vous entendez comme les autres le feront.',
  private: 'Qui vous voit et vous entend',
  privateText:
    'Personne avant qu’on vous fasse entrer, et ensuite seulement ceux dont vous voyez le nom. Rien n’est enregistré.',
  questions: 'Quand quelque chose ne marche pas',
  answers: [
    {
      name: 'La page demande la caméra et le micro',
      text: 'Choisissez « Autoriser ». Seule cette page les utilise, et seulement tant qu’elle est ouverte. Vous avez choisi « Bloquer » par erreur ? La page dit alors où le changer.',
    },
    {
      name: 'On ne m’entend pas',
      text: 'Regardez si le bouton du micro dit qu’il est coupé, et si votre casque a son propre interrupteur. Un casque posé à côté a peut-être pris le relais : choisissez un autre micro sous « Changer d’appareils ».',
    },
    {
      name: 'Je n’entends rien',
      text: 'Montez le volume, et sortez le téléphone du mode silencieux. Avant la salle d’attente et sur la page de test, vous pouvez jouer un son.',
    },
    {
      name: 'L’image saccade ou s’arrête',
      text: 'Rapprochez-vous du routeur Wi-Fi, ou utilisez les données mobiles. Quand la connexion est faible, le son passe d’abord ; l’image revient d’elle-même.',
    },
    {
      name: 'Mon téléphone sonne pendant ce temps',
      text: 'Pendant un appel téléphonique, le son et l’image s’arrêtent, puis reviennent d’eux-mêmes. Laissez la page ouverte.',
    },
    {
      name: 'Je suis en avance, ou en retard',
      text: 'La page dit quand l’accès s’ouvre, et vous fait entrer d’elle-même. Si vous êtes en retard, ouvrez simplement le lien.',
    },
    {
      name: 'Quelqu’un doit m’aider',
      text: 'Installez-vous ensemble devant un appareil. Quelqu’un qui est ailleurs peut être invité par la personne que vous rencontrez.',
    },
  ],
  browsers: 'Navigateurs qui conviennent',
  browser: 'Navigateur',
  since: 'À partir de la version',
  tried: 'Essayé avec',
  note: 'Ce qui n’a pas été essayé se déduit de ce dont les pages ont besoin. Sur iPhone et iPad, tout navigateur vaut son iOS.',
} satisfies typeof en;
