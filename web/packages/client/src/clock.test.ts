import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ServerClock } from './clock.ts';

const NOON = Date.parse('2026-11-25T12:00:00Z');
const header = (instant: number) => new Date(instant).toUTCString();

beforeEach(() => vi.useFakeTimers({ now: NOON }));
afterEach(() => vi.useRealTimers());

test('a computer that is an hour ahead, or behind, tells the time of the server', () => {
  for (const wrong of [3_600_000, -3_600_000, 20_000]) {
    const clock = new ServerClock();
    clock.hear(header(NOON - wrong));
    expect(clock.now()).toBe(NOON - wrong);
  }
});

test('a header that tells whole seconds, or was long on its way, makes no clock jump', () => {
  const clock = new ServerClock();
  clock.learn('2026-11-25T10:00:00.250Z');
  clock.hear(header(NOON - 2 * 3_600_000 - 1_000));
  expect(clock.now()).toBe(Date.parse('2026-11-25T10:00:00.250Z'));
});

test('an answer without a date teaches nothing', () => {
  const clock = new ServerClock();
  clock.hear(null);
  clock.hear('yesterday');
  expect(clock.now()).toBe(NOON);
});
