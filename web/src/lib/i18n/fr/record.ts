import { plural } from '../locale';
import type english from '../en/record';

export default {
  correct: {
    open: 'Corriger le résultat',
    title: 'Le résultat a-t-il été saisi par erreur ?',
    text: ({ from, to }: { from: string; to: string }) =>
      `Il est noté « ${from} » et devient « ${to} ». Ce qui était noté avant reste consigné.`,
    reason: 'Motif (les deux parties peuvent le lire)',
    yes: ({ to }: { to: string }) => `Noter « ${to} »`,
    keep: 'Laisser ainsi',
  },
  handOver: {
    open: 'Confier à un autre membre',
    title: 'Qui reprend ce rendez-vous ?',
    text: 'L’heure, le lien et le code ne changent pas. La personne attendue lit aussitôt le nouveau nom.',
    to: 'Repris par',
    choose: 'Veuillez choisir',
    yes: 'Confier',
    keep: 'Laisser ainsi',
    nobody: ({ name }: { name: string }) =>
      `À part ${name}, personne n’assure de rendez-vous dans cette organisation.`,
    done: ({ name }: { name: string }) => `${name} a repris le rendez-vous.`,
    taken: ({ name, time }: { name: string; time: string }) =>
      `${name} a déjà un rendez-vous à ce moment-là : ${time}.`,
    takenBy: ({ name, who, time }: { name: string; who: string; time: string }) =>
      `${name} a déjà un rendez-vous avec ${who} à ce moment-là : ${time}.`,
    left: ({ count }: { count: number }) =>
      plural(count, {
        one: 'Un rendez-vous est encore réservé.',
        other: `${count} rendez-vous sont encore réservés.`,
      }),
    nothingLeft: 'Plus rien n’est réservé.',
    all: ({ count }: { count: number }) => `Tout confier (${count})`,
  },
  corrected: 'Corrigé',
  correction: ({ from, to, by, at }: { from: string; to: string; by: string; at: string }) =>
    `« ${from} » est devenu « ${to} » (${by}, ${at})`,
  unproven: 'Rien ne montre que les deux étaient là : ce qui a été saisi fait foi.',
  proof: 'Présence',
} satisfies typeof english;
