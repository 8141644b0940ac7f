import { plural } from '../locale';
import type en from '../en/beside';

/** What stands beside the pictures of a call. */
export default {
  notes: {
    title: 'Notizen',
    hidden:
      'Sie teilen einen ganzen Bildschirm oder ein Fenster, auf dem auch diese Seite zu sehen sein kann. Damit niemand mitliest, sind Ihre Notizen so lange ausgeblendet.',
    show: 'Trotzdem anzeigen',
    saving: 'Wird gespeichert …',
    failed:
      'Noch nicht gespeichert; es wird erneut versucht. Ihr Text bleibt in diesem Tab erhalten.',
    over: (p) =>
      plural(p.over, {
        one: '1 Zeichen zu viel: nicht gespeichert',
        other: `${p.over} Zeichen zu viel: nicht gespeichert`,
      }),
  },
} satisfies typeof en;
