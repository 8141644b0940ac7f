import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backoff } from './backoff.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('rests are short at first, grow with the silence, and are never longer than 15 seconds', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const backoff = new Backoff();
  const rests: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    rests.push(backoff.pause(1000));
    await vi.advanceTimersByTimeAsync(rests[n]!);
  }
  expect(rests.slice(0, 6)).toEqual([1000, 1000, 1000, 1000, 1000, 1250]);
  expect(rests.at(-1)).toBe(15_000);
});

test('pages that lost the same server do not come back at once', async () => {
  const backoffs = Array.from({ length: 20 }, () => new Backoff());
  for (const backoff of backoffs) backoff.pause(700);
  await vi.advanceTimersByTimeAsync(20_000);
  const rests = backoffs.map((backoff) => backoff.pause(700));
  expect(new Set(rests).size).toBeGreaterThan(10);
  for (const rest of rests) {
    expect(rest).toBeGreaterThanOrEqual(2500);
    expect(rest).toBeLessThanOrEqual(7500);
  }
});

test.each<[string, (backoff: Backoff, stop: AbortController) => void]>([
  ['an answer', (backoff) => backoff.end()],
  ['nobody wanting to go on', (_, stop) => stop.abort()],
])('%s ends a rest', async (_, end) => {
  const [backoff, stop] = [new Backoff(), new AbortController()];
  backoff.pause(700);
  await vi.advanceTimersByTimeAsync(600_000);
  const rested = vi.fn();
  void backoff.rest(700, stop.signal).then(rested);
  await vi.advanceTimersByTimeAsync(5000);
  expect(rested).not.toHaveBeenCalled();
  end(backoff, stop);
  await vi.advanceTimersByTimeAsync(0);
  expect(rested).toHaveBeenCalledOnce();
});
