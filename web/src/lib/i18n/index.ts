// Every sentence that people read, compiled from the catalogues beside this file (docs/translate.md). English is the
// shape, and gives the types. A page asks for the areas it shows, and gets them in one language only.

import { direction, locale } from './locale';
import type { Messages } from './messages';

export {
  LOCALES,
  UNREAD,
  locale,
  ownName,
  remember,
  speak,
  tag,
  wouldSpeak,
  type Locale,
} from './locale';

export type { Messages };
export type Area = keyof Messages;

const files = import.meta.glob<{ default: Messages[Area] }>('./*/*.json');

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
  const file = await files[`./${locale()}/${area}.json`]?.();
  if (file) Object.assign(t, { [area]: file.default });
}
