// Every sentence that people read. English is the shape: a language that lacks a sentence, or whose sentence wants other
// facts, does not compile. A page asks for the areas it shows, and gets them in one language only.

import { memory } from '$lib/memory';
import type call from './en/call';
import type calendar from './en/calendar';
import type client from './en/client';
import type common from './en/common';
import type manage from './en/manage';
import type today from './en/today';

export const LOCALES = ['en', 'de', 'fr', 'es'] as const;
export type Locale = (typeof LOCALES)[number];

export interface Messages {
  common: typeof common;
  call: typeof call;
  calendar: typeof calendar;
  client: typeof client;
  manage: typeof manage;
  today: typeof today;
}
export type Area = keyof Messages;

const KEY = 'openvisit.locale';
const files = import.meta.glob<{ default: Messages[Area] }>('./*/*.ts');

/** The sentences, by area; an area is there once {@link load} has brought it. */
export const t = {} as Messages;

let current: Locale | null = null;

/** The language that the page speaks. */
export function locale(): Locale {
  current ??= choose();
  return current;
}

/** Brings what these areas say, in the page's language. */
export async function load(...areas: Area[]): Promise<void> {
  document.documentElement.lang = locale();
  document.documentElement.dir = direction(locale());
  await Promise.all(areas.map(bring));
}

/** Speaks another language from the next page load on. */
export function remember(chosen: Locale): void {
  memory.setItem(KEY, chosen);
}

async function bring(area: Area): Promise<void> {
  if (t[area]) return;
  const file = await files[`./${locale()}/${area}.ts`]?.();
  if (file) Object.assign(t, { [area]: file.default });
}

function choose(): Locale {
  const wanted = [memory.getItem(KEY), ...navigator.languages];
  const languages = wanted.map((tag) => tag?.split('-')[0]);
  return languages.find(isLocale) ?? 'en';
}

function isLocale(tag: string | undefined): tag is Locale {
  return LOCALES.some((known) => known === tag);
}

function direction(tag: string): 'ltr' | 'rtl' {
  return ['ar', 'fa', 'he', 'ur'].includes(tag) ? 'rtl' : 'ltr';
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
