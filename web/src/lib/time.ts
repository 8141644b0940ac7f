// Times as people read them: in the page's language, where the reader is.

import { dateFormat, numberFormat } from '$lib/formatters';
import { t } from '$lib/i18n';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span as people say it, in its two largest units: `1 hr 5 min`, `8 sec`. Never negative. */
export function span(milliseconds: number): string {
  const rest = Math.max(0, milliseconds);
  if (rest >= DAY) return pair(rest, DAY, 'day', HOUR, 'hour');
  if (rest >= HOUR) return pair(rest, HOUR, 'hour', MINUTE, 'minute');
  // Rounded up, so that nothing opens later than the countdown said.
  const seconds = Math.ceil(rest / SECOND) * SECOND;
  if (seconds >= MINUTE) return pair(seconds, MINUTE, 'minute', SECOND, 'second');
  return counted(seconds / SECOND, 'second');
}

type Unit = 'day' | 'hour' | 'minute' | 'second';

function pair(rest: number, big: number, bigUnit: Unit, small: number, smallUnit: Unit): string {
  const [bigs, smalls] = [Math.floor(rest / big), Math.floor((rest % big) / small)];
  const told = counted(bigs, bigUnit);
  return smalls === 0 ? told : `${told} ${counted(smalls, smallUnit)}`;
}

function counted(count: number, unit: Unit): string {
  return numberFormat({ style: 'unit', unit, unitDisplay: 'short' }).format(count);
}

/** A running clock: `4:09`, `1:02:33`. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / SECOND));
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The time of day where the reader is. */
export function timeOfDay(instant: string): string {
  return format(instant, { timeStyle: 'short' });
}

/** The same for evidence: `2:30:07 PM`. */
export function timeToTheSecond(instant: string): string {
  return format(instant, { timeStyle: 'medium' });
}

/** From when to when: `2:30 – 3:00 PM`, with the days where they differ. */
export function range(from: string, to: string): string {
  const sameDay = startOfDay(Date.parse(from)) === startOfDay(Date.parse(to));
  const style: Intl.DateTimeFormatOptions = sameDay
    ? { timeStyle: 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  return dateFormat(style).formatRange(new Date(from), new Date(to));
}

/** The day of an instant where the reader is, in full. */
export function date(instant: string): string {
  return format(instant, { dateStyle: 'full' });
}

/**
 * What the reader's zone is called, where the clocks of the practice show another time at that instant; nothing where
 * they agree, or where it is not known what theirs show.
 */
export function zoneApart(instant: string | number, practice: string | null | undefined): string {
  const at = new Date(instant);
  return practice && wallAt(at, practice) !== wallAt(at) ? zoneCalled(at) : '';
}

/** `Central European Time`, or the city where the zone has no name. */
function zoneCalled(at: Date): string {
  const parts = dateFormat({ timeZoneName: longName() }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  if (/\p{L}{4}/u.test(name)) return name;
  const city = dateFormat({}).resolvedOptions().timeZone.split('/').pop();
  return city?.replaceAll('_', ' ') ?? name;
}

/** In words that hold in summer and in winter, where the browser has them. */
function longName(): 'longGeneric' | 'long' {
  try {
    dateFormat({ timeZoneName: 'longGeneric' });
    return 'longGeneric';
  } catch {
    return 'long';
  }
}

function wallAt(at: Date, timeZone?: string): string | null {
  try {
    return dateFormat({ timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  } catch {
    // A zone that this browser has never heard of.
    return null;
  }
}

/** The day where the reader is, as a heading: by name when it is near. */
export function day(instant: string, now: number): string {
  const away = Math.round((startOfDay(Date.parse(instant)) - startOfDay(now)) / DAY);
  const near = nearDay(away);
  if (near) return near;
  const year = new Date(instant).getFullYear() === new Date(now).getFullYear() ? {} : YEAR;
  return format(instant, { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

export function startOfDay(instant: number): number {
  return new Date(instant).setHours(0, 0, 0, 0);
}

const YEAR: Intl.DateTimeFormatOptions = { year: 'numeric' };

/** Of our own words: a phone takes longer to make the browser's formatter for them than to draw half a page. */
function nearDay(away: number): string | null {
  const { yesterday, today, tomorrow } = t.common.days;
  return { [-1]: yesterday, 0: today, 1: tomorrow }[away] ?? null;
}

function format(instant: string, style: Intl.DateTimeFormatOptions): string {
  return dateFormat(style).format(new Date(instant));
}
