import { expect, test, vi } from 'vitest';
import { LOCALES, speak, type Locale } from '.';
import { SERVER_CODES } from '../server-codes';
import { SAME } from './same';

type Leaf = string | ((facts: unknown) => unknown);
type Tree = { [key: string]: Leaf | Tree };

const files = import.meta.glob<Tree>('./*/*.ts', { eager: true, import: 'default' });
const areas = Object.keys(files).filter(isEnglish).map(areaOf);

/** What a sentence is given when it asks for a fact: something that passes for a number and for a word. */
const FACTS = new Proxy({}, { get: () => 7 });

function isEnglish(file: string): boolean {
  return file.startsWith('./en/');
}

function areaOf(file: string): string {
  return file.replace(/^.*\/(.*)\.ts$/, '$1');
}

/** Every sentence of a language, by `area.group.key`, told with the same facts. */
function sentences(locale: Locale): Map<string, string> {
  vi.stubGlobal('navigator', { languages: [locale] });
  speak(null);
  const told = new Map<string, string>();
  for (const area of areas) gather(files[`./${locale}/${area}.ts`] ?? {}, area, told);
  return told;
}

function gather(tree: Tree, path: string, told: Map<string, string>): void {
  for (const [key, leaf] of Object.entries(tree)) {
    const said = typeof leaf === 'function' ? leaf(FACTS) : leaf;
    if (typeof said === 'string') told.set(`${path}.${key}`, said);
    else gather(said as Tree, `${path}.${key}`, told);
  }
}

const english = sentences('en');
const others = LOCALES.filter((locale): locale is Exclude<Locale, 'en'> => locale !== 'en');

test.each(others)('%s says all that English says, and nothing else', (locale) => {
  expect([...sentences(locale).keys()].sort()).toEqual([...english.keys()].sort());
});

test.each(LOCALES)('%s leaves no sentence empty', (locale) => {
  const empty = [...sentences(locale)].filter(([, said]) => said.trim() === '');
  expect(empty).toEqual([]);
});

test.each(others)('%s leaves no sentence English, but words that are the same', (locale) => {
  const left = shared(locale).filter(([, said]) => !SAME[locale].includes(said));
  expect(left).toEqual([]);
});

test.each(LOCALES)('%s has a sentence for every refusal of the server', (locale) => {
  expect(SERVER_CODES).toEqual(expect.arrayContaining(['slot_taken', 'bad_request']));
  const common = files[`./${locale}/common.ts`] as { refusals: Tree };
  expect(SERVER_CODES.filter((code) => !(code in common.refusals))).toEqual([]);
});

/** What reads as English does and has a word in it beside its facts. */
function shared(locale: Locale): [key: string, said: string][] {
  return [...sentences(locale)].filter(
    ([key, said]) => said === english.get(key) && /\p{Letter}/u.test(said),
  );
}
