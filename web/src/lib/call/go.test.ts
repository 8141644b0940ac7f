import { beforeEach, expect, test, vi } from 'vitest';
import { goIn, takeGoing } from './go';

const kept = vi.hoisted(() => new Map<string, string>());
vi.mock('$lib/memory', () => ({
  memory: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  },
}));

const assign = vi.fn();
vi.stubGlobal('location', { assign });

beforeEach(() => kept.clear());

test('whoever is let in on another page is let in once, in that session', () => {
  goIn('s1', 'p1');
  expect(assign).toHaveBeenCalledWith('/join/s1');
  expect(takeGoing('s2')).toBeNull();
  expect(takeGoing('s1')).toEqual({ admit: 'p1' });
  expect(takeGoing('s1'), 'a page that is loaded again asks nothing anew').toBeNull();
});

test('what was asked for long ago is looked at in the lobby first', () => {
  goIn('s1', 'p1');
  expect(takeGoing('s1', Date.now() + 60_000)).toBeNull();
});
