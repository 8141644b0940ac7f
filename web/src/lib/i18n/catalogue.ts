import type { Locale } from './locale';
import type { Messages } from './messages';

const files = import.meta.glob<unknown>('./*/*.json', { eager: true, import: 'default' });

/** What a language says in an area, all of it at once: for tests alone. */
export function catalogue<A extends keyof Messages>(locale: Locale, area: A): Messages[A] {
  return files[`./${locale}/${area}.json`] as Messages[A];
}
