// The browser's formatters in the page's language, each made once: making one takes a phone longer than all that it
// formats.

import { tag } from '$lib/i18n';

const made = new Map<string, unknown>();

export function dateFormat(style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // Who travels with an open page has another zone then.
  return once(`date ${clocks()}`, style, () => new Intl.DateTimeFormat(tag(), style));
}

/** What the reader's clocks show in winter and in summer: zones that agree in one may not in the other. */
function clocks(): string {
  return [0, 6].map((month) => new Date(2026, month).getTimezoneOffset()).join(' ');
}

export function numberFormat(style: Intl.NumberFormatOptions): Intl.NumberFormat {
  return once('number', style, () => new Intl.NumberFormat(tag(), style));
}

function once<T>(kind: string, style: object, make: () => T): T {
  const key = `${kind} ${tag()} ${JSON.stringify(style)}`;
  const known = made.get(key) as T | undefined;
  if (known) return known;
  const formatter = make();
  made.set(key, formatter);
  return formatter;
}
