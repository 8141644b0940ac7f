// Figures and days as people read them, in the page's language.

import { dateFormat, numberFormat } from './formatters';

export function number(value: number, digits = 0): string {
  const style = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return numberFormat(style).format(value);
}

/** A part of one: 0.125 is `12.5 %`. */
export function percent(part: number): string {
  const style = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  return numberFormat(style).format(part);
}

/** `2026-11` is `November 2026`; short: `Nov`. */
export function monthName(month: string, short = false): string {
  const style: Intl.DateTimeFormatOptions = short
    ? { month: 'short' }
    : { month: 'long', year: 'numeric' };
  return at(`${month}-01`, style);
}

/** The day of the calendar `2026-11-21`, whatever zone the reader is in. */
export function dayName(date: string): string {
  return at(date, { weekday: 'short', day: 'numeric', month: 'short' });
}

export function dateTime(instant: string): string {
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return dateFormat(style).format(new Date(instant));
}

function at(date: string, style: Intl.DateTimeFormatOptions): string {
  return dateFormat({ ...style, timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}
