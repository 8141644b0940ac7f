import { afterEach, expect, test, vi } from 'vitest';
import { locale, LOCALES, ownName, plural, speak, tag } from '.';

afterEach(() => vi.unstubAllGlobals());

test('the account’s language goes before the browser’s', () => {
  read('fr-CA', 'en');
  expect(speak('de-CH')).toBe(true);
  expect(locale()).toBe('de');
  expect(speak(null)).toBe(true);
  expect([locale(), tag()]).toEqual(['fr', 'fr-CA']);
});

test('a reader none of whose languages is spoken is told so, and reads English', () => {
  read('fi-FI');
  expect(speak(null)).toBe(false);
  expect([locale(), tag()]).toEqual(['en', 'en']);
});

test('counts take the form that the language wants', () => {
  read('fr');
  speak(null);
  const forms = { one: 'essai', other: 'essais' };
  expect([0, 1, 2].map((count) => plural(count, forms))).toEqual(['essai', 'essai', 'essais']);
});

function read(...languages: string[]): void {
  vi.stubGlobal('navigator', { languages });
}

test('languages are called by their own names, written alike', () => {
  expect(LOCALES.map(ownName)).toEqual(['English', 'Deutsch', 'Français', 'Español']);
});
