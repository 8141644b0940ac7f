import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prefer, preferences } from './preferences';

let kept: Map<string, string>;

beforeEach(() => {
  kept = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

test('arrivals are told aloud until somebody says otherwise', () => {
  expect(preferences()).toMatchObject({ sound: true, notifications: true });
});

test('what is chosen stays, and leaves the rest alone', () => {
  prefer({ sound: false });
  prefer({ notifications: false });
  prefer({ notifications: true });
  expect(preferences()).toMatchObject({ sound: false, notifications: true });
});

test('without storage, or with rubbish in it, the defaults hold', () => {
  kept.set('openvisit.preferences', '{');
  expect(preferences().sound).toBe(true);
  vi.stubGlobal('localStorage', undefined);
  prefer({ sound: false });
  expect(preferences().sound).toBe(true);
});
