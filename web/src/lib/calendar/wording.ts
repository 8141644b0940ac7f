import type { Appointment } from '@openvisit/client';
import { dateFormat } from '$lib/formatters';
import { locale, t, tag } from '$lib/i18n';
import { zoneName } from './zone';

export function timeOf(instant: number | string): string {
  return dateFormat({ timeStyle: 'short' }).format(new Date(instant));
}

/** Day and time in short: `Wed 25 Nov, 14:30`. */
export function shortWhen(instant: number): string {
  return dateFormat({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  }).format(instant);
}

/** Day, beginning and end in full. */
export function fullWhen(from: number, to: number, language = tag()): string {
  return new Intl.DateTimeFormat(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).formatRange(from, to);
}

export function lengthOf(minutes: number): string {
  if (minutes < 60 || minutes % 30 !== 0) return t.calendar.minutes({ count: minutes });
  return t.calendar.hours({ count: minutes / 60 });
}

/** What a letter is about: what the booking calls it, or what kind it is. */
export function subjectOf({ title, kind }: Pick<Appointment, 'title' | 'kind'>): string {
  const { video, inPerson, chat, diagnostic } = t.calendar.message;
  return title ?? { video, in_person: inPerson, chat, diagnostic }[kind];
}

export function zoneAt(instant: number, zone: string): string {
  return zoneName(instant, zone, locale());
}

/** In person, or by video; a chat or a diagnosis is a call too. */
export type Look = 'video' | 'in_person';

export function lookOf({ kind }: Pick<Appointment, 'kind'>): Look {
  return kind === 'in_person' ? 'in_person' : 'video';
}
