// Which language the page speaks, of those that it can.

import { memory } from '$lib/memory';

export const LOCALES = ['en', 'de', 'fr', 'es', 'it', 'pl'] as const;
export type Locale = (typeof LOCALES)[number];

/** Languages that nobody has read whose own they are. */
export const UNREAD: readonly Locale[] = ['it', 'pl'];

const KEY = 'openvisit.locale';

let current: Locale | null = null;

/** The language that the page speaks. */
export function locale(): Locale {
  current ??= choose([]) ?? 'en';
  return current;
}

/** The language with the reader's region where it is known: how dates and numbers are written. */
export function tag(): string {
  return readers().find((known) => language(known) === locale()) ?? locale();
}

/**
 * Takes the language that this reader wants: the one remembered, then the given one, then the browser's.
 * False when none of them is spoken here.
 */
export function speak(wish: string | null): boolean {
  const chosen = choose([wish]);
  current = chosen ?? 'en';
  return chosen !== null;
}

/** Whether the page would speak another language if somebody wished for this one. */
export function wouldSpeak(wish: string | null): boolean {
  return (choose([wish]) ?? 'en') !== locale();
}

/** What a language calls itself, so that whoever needs it can read it: `Français`, written alike. */
export function ownName(language: Locale): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

/** Speaks another language from the next page load on. */
export function remember(chosen: Locale): void {
  memory.setItem(KEY, chosen);
}

/** Which way the page is read. */
export function direction(): 'ltr' | 'rtl' {
  return ['ar', 'fa', 'he', 'ur'].includes(locale()) ? 'rtl' : 'ltr';
}

function choose(wishes: (string | null)[]): Locale | null {
  const languages = [memory.getItem(KEY), ...wishes, ...readers()].map(language);
  return languages.find(isLocale) ?? null;
}

function readers(): readonly string[] {
  return globalThis.navigator?.languages ?? [];
}

function language(known: string | null): string | undefined {
  return known?.split('-')[0];
}

function isLocale(known: string | undefined): known is Locale {
  return LOCALES.some((spoken) => spoken === known);
}
