import { expect, test } from 'vitest';
import { LOCALES, UNREAD, type Locale } from '.';
import { catalogue } from './catalogue';
import glossary from './glossary.json';

type Term = { [language in Locale]: string } & { not?: { [language in Locale]?: string[] } };

const sources = import.meta.glob<string>('./*/*.json', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const terms = glossary.terms as Term[];

/** Each line of a language's catalogues that has a sentence, with its file. */
function lines(locale: Locale): string[] {
  const files = Object.entries(sources).filter(([file]) => file.startsWith(`./${locale}/`));
  return files.flatMap(([file, text]) => text.split('\n').map((line) => `${file} ${line.trim()}`));
}

/** What is said, without its key. */
const said = (line: string) => /": "(.*)"/.exec(line)?.[1] ?? '';

const bannedIn = (locale: Locale) => terms.flatMap(({ not }) => not?.[locale] ?? []);

test.each(LOCALES)('%s calls nothing by a second name', (locale) => {
  const found = bannedIn(locale).flatMap((word) => {
    const second = new RegExp(`(?<!\\p{L})${word}`, 'iu');
    return lines(locale).filter((line) => second.test(said(line)));
  });
  expect(found).toEqual([]);
});

test('a second name is found wherever it stands', () => {
  const second = new RegExp(`(?<!\\p{L})${bannedIn('de')[0]}`, 'iu');
  expect(second.test('Ihre Sprechstunde läuft')).toBe(true);
  expect(second.test('Ihr Termin läuft')).toBe(false);
});

test('the glossary has forty words, each in every language', () => {
  expect(terms.length).toBeGreaterThanOrEqual(40);
  for (const term of terms) for (const locale of LOCALES) expect(term[locale]).toBeTruthy();
});

test('the glossary tells which languages nobody has read yet', () => {
  expect(glossary.unread).toEqual(UNREAD);
});

test.each(LOCALES)('the presets call the parties in %s as the glossary does', (locale) => {
  const told = Object.entries(glossary.presets).map(([preset, parties]) => [
    preset,
    {
      practitioner: parties.practitioner[locale as keyof typeof parties.practitioner],
      client: parties.client[locale as keyof typeof parties.client],
    },
  ]);
  expect(catalogue(locale, 'common').parties).toEqual(Object.fromEntries(told));
});
