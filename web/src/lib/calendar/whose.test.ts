import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EVERYONE, Whose } from './whose.svelte';

const PRACTICE = [
  { id: 'ada', name: 'Dr. Ada Okafor' },
  { id: 'henrik', name: 'Dr. Henrik Brandt' },
];

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

test('a week begins with one calendar, a day and an agenda with all', () => {
  const whose = new Whose();
  expect(whose.of('week', false, PRACTICE)).toBe('ada');
  expect(whose.of('month', false, PRACTICE)).toBe('ada');
  expect(whose.of('day', false, PRACTICE)).toBe(EVERYONE);
  expect(whose.of('agenda', true, PRACTICE)).toBe(EVERYONE);
});

test('whose week it was is remembered, and leaves the day side by side', () => {
  new Whose().choose('week', false, 'henrik');
  const later = new Whose();
  expect(later.of('week', false, PRACTICE)).toBe('henrik');
  expect(later.of('day', false, PRACTICE)).toBe(EVERYONE);
  expect(later.of('day', true, PRACTICE), 'a phone has room for one').toBe('henrik');
});

test('everyone is remembered too, but not on a phone, and nobody who has left', () => {
  const whose = new Whose();
  whose.choose('week', false, EVERYONE);
  expect(whose.of('week', false, PRACTICE)).toBe(EVERYONE);
  expect(whose.of('week', true, PRACTICE)).toBe('ada');
  whose.choose('week', false, 'gone');
  expect(whose.of('week', false, PRACTICE)).toBe('ada');
});

test('where there is one calendar there is no choice', () => {
  expect(new Whose().of('week', false, PRACTICE.slice(0, 1))).toBe(EVERYONE);
});
