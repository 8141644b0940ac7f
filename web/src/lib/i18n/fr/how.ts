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
  browsers: 'Navigateurs qui conviennent',
  browser: 'Navigateur',
  since: 'À partir de la version',
  tried: 'Essayé avec',
  note: 'Ce qui n’a pas été essayé se déduit de ce dont les pages ont besoin. Sur iPhone et iPad, tout navigateur vaut son iOS.',
} satisfies typeof en;
