import type { Locale } from './locale';

/** Sets a catalogue as its language is printed, so that nobody need type spaces that cannot be seen. */
export function typeset<T>(locale: Locale, catalogue: T): T {
  return locale === 'fr' ? (set(catalogue) as T) : catalogue;
}

/** French keeps its double punctuation with the word before, by a space that does not break. */
export function french(said: string): string {
  return said
    .replace(/ ([;!?])/g, '\u202f$1')
    .replace(/ ([:»])/g, '\u00a0$1')
    .replace(/« /g, '«\u00a0');
}

function set(leaf: unknown): unknown {
  if (typeof leaf === 'string') return french(leaf);
  if (typeof leaf === 'function') return (...facts: never[]) => set(leaf(...facts));
  if (typeof leaf !== 'object' || leaf === null) return leaf;
  return Object.fromEntries(Object.entries(leaf).map(([key, within]) => [key, set(within)]));
}
