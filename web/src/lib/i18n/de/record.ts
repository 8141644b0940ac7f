import { plural } from '../locale';
import type english from '../en/record';

export default {
  correct: {
    open: 'Ergebnis berichtigen',
    title: 'Wurde das Ergebnis versehentlich eingetragen?',
    text: ({ from, to }: { from: string; to: string }) =>
      `Jetzt steht dort „${from}“, künftig „${to}“. Was vorher dort stand, bleibt vermerkt.`,
    reason: 'Grund (beide Seiten können ihn lesen)',
    yes: ({ to }: { to: string }) => `„${to}“ eintragen`,
    keep: 'So lassen',
  },
  handOver: {
    open: 'In andere Hände geben',
    title: 'Wer übernimmt diesen Termin?',
    text: 'Zeit, Link und Zugangscode bleiben. Wer kommt, liest sofort den neuen Namen.',
    to: 'Übernimmt',
    choose: 'Bitte wählen',
    yes: 'Übergeben',
    keep: 'So lassen',
    nobody: ({ name }: { name: string }) =>
      `Außer ${name} nimmt in dieser Organisation niemand Termine wahr.`,
    done: ({ name }: { name: string }) => `${name} hat den Termin übernommen.`,
    taken: ({ name, time }: { name: string; time: string }) =>
      `${name} hat dann schon einen Termin: ${time}.`,
    takenBy: ({ name, who, time }: { name: string; who: string; time: string }) =>
      `${name} hat dann schon einen Termin mit ${who}: ${time}.`,
    left: ({ count }: { count: number }) =>
      plural(count, {
        one: 'Ein Termin ist noch gebucht.',
        other: `${count} Termine sind noch gebucht.`,
      }),
    nothingLeft: 'Es ist nichts mehr gebucht.',
    all: ({ count }: { count: number }) => `Alle übergeben (${count})`,
  },
  corrected: 'Berichtigt',
  correction: ({ from, to, by, at }: { from: string; to: string; by: string; at: string }) =>
    `Aus „${from}“ wurde „${to}“ (${by}, ${at})`,
  unproven: 'Nichts belegt, dass beide da waren: Es zählt, was eingetragen wurde.',
  proof: 'Anwesenheit',
} satisfies typeof english;
