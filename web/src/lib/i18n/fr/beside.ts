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
} satisfies typeof en;
