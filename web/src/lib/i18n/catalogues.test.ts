import { expect, test } from 'vitest';
import { facts } from '../../../scripts/words.mjs';
import { LOCALES, type Locale } from '.';
import { SERVER_CODES } from '../server-codes';
import { catalogue } from './catalogue';
import { SAME } from './same';

type Tree = { [key: string]: string | Tree };

const sources = import.meta.glob<string>('./*/*.json', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const compiled = import.meta.glob('./*/*.json', { eager: true, import: 'default' });

/** Every sentence of a language as its catalogue has it, by `area.group.key`. */
function sentences(locale: Locale): Map<string, string> {
  const files = Object.entries(sources).filter(([file]) => file.startsWith(`./${locale}/`));
  return new Map(files.flatMap(([file, text]) => gather(JSON.parse(text) as Tree, areaOf(file))));
}

function areaOf(file: string): string {
  return file.replace(/^.*\/(.*)\.json$/, '$1');
}

function gather(tree: Tree, path: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, leaf]) =>
    typeof leaf === 'string' ? [[`${path}.${key}`, leaf]] : gather(leaf, `${path}.${key}`),
  );
}

const english = sentences('en');
const others = LOCALES.filter((locale): locale is Exclude<Locale, 'en'> => locale !== 'en');

test.each(others)('%s says all that English says, and nothing else', (locale) => {
  expect([...sentences(locale).keys()].sort()).toEqual([...english.keys()].sort());
});

test.each(others)('%s wants the same facts in every sentence', (locale) => {
  const wants = (all: Map<string, string>) =>
    Object.fromEntries([...all].map(([key, said]) => [key, Object.keys(facts(said)).sort()]));
  expect(wants(sentences(locale))).toEqual(wants(english));
});

test('what has no facts is a text, and what has some a function of them', () => {
  for (const [file, text] of Object.entries(sources))
    compare(JSON.parse(text), compiled[file], file);
});

function compare(source: unknown, made: unknown, path: string): void {
  if (typeof source === 'string') {
    const wanted = Object.keys(facts(source)).length > 0;
    return expect(typeof made, path).toBe(wanted ? 'function' : 'string');
  }
  for (const [key, leaf] of Object.entries(source as Tree))
    compare(leaf, (made as Record<string, unknown>)[key], `${path} ${key}`);
}

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
  const { refusals } = catalogue(locale, 'common');
  expect(SERVER_CODES.filter((code) => !(code in refusals))).toEqual([]);
});

/** What reads as English does and has a word in it beside its facts. */
function shared(locale: Locale): [key: string, said: string][] {
  return [...sentences(locale)].filter(
    ([key, said]) => said === english.get(key) && /\p{Letter}/u.test(said.replace(/\{\w+\}/g, '')),
  );
}
