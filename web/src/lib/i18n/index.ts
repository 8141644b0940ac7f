// Every sentence that people read. English is the shape: a language that lacks a sentence, or whose sentence wants other
// facts, does not compile. A page asks for the areas it shows, and gets them in one language only.

import type admin from './en/admin';
import type app from './en/app';
import type beside from './en/beside';
import type calendar from './en/calendar';
import type call from './en/call';
import type checks from './en/checks';
import type client from './en/client';
import type common from './en/common';
import type devices from './en/devices';
import type how from './en/how';
import type today from './en/today';
import type record from './en/record';
import type testCall from './en/testCall';
import type visitor from './en/visitor';
import type visits from './en/visits';
import { direction, locale } from './locale';
import { typeset } from './typeset';

export { LOCALES, locale, ownName, remember, speak, tag, wouldSpeak, type Locale } from './locale';

export interface Messages {
  app: typeof app;
  common: typeof common;
  beside: typeof beside;
  call: typeof call;
  calendar: typeof calendar;
  checks: typeof checks;
  client: typeof client;
  devices: typeof devices;
  how: typeof how;
  admin: typeof admin;
  record: typeof record;
  today: typeof today;
  testCall: typeof testCall;
  visitor: typeof visitor;
  visits: typeof visits;
}
export type Area = keyof Messages;

const files = import.meta.glob<{ default: Messages[Area] }>('./*/*.ts');

/** The sentences, by area; an area is there once {@link load} has brought it. */
export const t = {} as Messages;

/** Areas are brought in the language that comes out of it. */
let choosing: Promise<void> = Promise.resolve();

/** Lets whatever is brought from now on wait until the language is chosen. */
export function waitFor(choice: Promise<void>): void {
  choosing = choice;
}

/** Brings what these areas say, in the page's language. */
export async function load(...areas: Area[]): Promise<void> {
  await choosing;
  document.documentElement.lang = locale();
  document.documentElement.dir = direction();
  await Promise.all(areas.map(bring));
}

async function bring(area: Area): Promise<void> {
  if (t[area]) return;
  const file = await files[`./${locale()}/${area}.ts`]?.();
  if (file) Object.assign(t, { [area]: typeset(locale(), file.default) });
}
