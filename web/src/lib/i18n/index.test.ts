import { afterEach, expect, test, vi } from 'vitest';
import { load, locale, LOCALES, ownName, speak, t, tag, waitFor } from '.';
import { catalogue } from './catalogue';

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

test('what a page asks for meanwhile comes in the language that is chosen in the end', async () => {
  vi.stubGlobal('document', { documentElement: {} });
  read('fi-FI');
  speak(null);
  let answer = (_language: string) => {};
  const answered = new Promise<string>((resolve) => (answer = resolve));
  waitFor(answered.then((language) => void speak(language)));
  const brought = load('client');
  answer('de');
  await brought;
  expect(t.client.entry.signIn).toBe('Anmelden');
});

test('counts take the form that the language wants', () => {
  const told = [0, 1, 2].map((count) => catalogue('fr', 'calendar').minutes({ count }));
  expect(told).toEqual(['0 minute', '1 minute', '2 minutes']);
  const polish = [1, 2, 5, 22].map((count) => catalogue('pl', 'calendar').minutes({ count }));
  expect(polish).toEqual(['1 minuta', '2 minuty', '5 minut', '22 minuty']);
});

function read(...languages: string[]): void {
  vi.stubGlobal('navigator', { languages });
}

test('languages are called by their own names, written alike', () => {
  expect(LOCALES.map(ownName)).toEqual([
    'English',
    'Deutsch',
    'Français',
    'Español',
    'Italiano',
    'Polski',
  ]);
});
