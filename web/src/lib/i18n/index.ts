// Every sentence that people read. English is the shape: a language that lacks a sentence, or whose sentence wants other
// facts, does not compile. A page asks for the areas it shows, and gets them in one language only.

import { memory } from '$lib/memory';
import type admin from './en/admin';
import type calendar from './en/calendar';
import type call from './en/call';
import type checks from './en/checks';
import type client from './en/client';
import type common from './en/common';
import type today from './en/today';
import { typeset } from './typeset';

export const LOCALES = ['en', 'de', 'fr', 'es'] as const;
export type Locale = (typeof LOCALES)[number];

export interface Messages {
  common: typeof common;
  call: typeof call;
  calendar: typeof calendar;
  checks: typeof checks;
  client: typeof client;
  admin: typeof admin;
  today: typeof today;
}
export type Area = keyof Messages;

const KEY = 'openvisit.locale';
const files = import.meta.glob<{ default: Messages[Area] }>('./*/*.ts');

/** The sentences, by area; an area is there once {@link load} has brought it. */
export const t = {} as Messages;

let current: Locale | null = null;
/** Areas are brought in the language that comes out of it. */
let choosing: Promise<void> = Promise.resolve();

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

/** Lets whatever is brought from now on wait until the language is chosen. */
export function waitFor(choice: Promise<void>): void {
  choosing = choice;
}

/** Whether the page would speak another language if somebody wished for this one. */
export function wouldSpeak(wish: string | null): boolean {
  return (choose([wish]) ?? 'en') !== locale();
}

/** Brings what these areas say, in the page's language. */
export async function load(...areas: Area[]): Promise<void> {
  await choosing;
  document.documentElement.lang = locale();
  document.documentElement.dir = direction(locale());
  await Promise.all(areas.map(bring));
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

async function bring(area: Area): Promise<void> {
  if (t[area]) return;
  const file = await files[`./${locale()}/${area}.ts`]?.();
  if (file) Object.assign(t, { [area]: typeset(locale(), file.default) });
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

function direction(known: string): 'ltr' | 'rtl' {
  return ['ar', 'fa', 'he', 'ur'].includes(known) ? 'rtl' : 'ltr';
}

/** The form of a count that the language wants: `plural(2, { one: 'minute', other: 'minutes' })`. */
export function plural(
  count: number,
  forms: { one: string; other: string; many?: string },
): string {
  const rule = new Intl.PluralRules(locale()).select(count);
  if (rule === 'one') return forms.one;
  return rule === 'many' ? (forms.many ?? forms.other) : forms.other;
}
