import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patiently } from './patience.ts';
import { Problem } from './problem.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;
const after = <T>(milliseconds: number, answer: () => T) =>
  new Promise<void>((done) => setTimeout(done, milliseconds)).then(answer);
const fails = (problem: Problem) => () => {
  throw problem;
};
const gone = new Problem('unreachable', 0, 'gone');

test('a slow answer is waited for, said to be slow, and asked for again beside', async () => {
  const slow = vi.fn();
  const ask = vi.fn(() => after(5000, () => 'in'));
  const answer = patiently(ask, { stop: never, slow });
  await vi.advanceTimersByTimeAsync(3999);
  expect(slow).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1001);
  expect(slow).toHaveBeenCalledOnce();
  expect(ask).toHaveBeenCalledTimes(2);
  await expect(answer).resolves.toBe('in');
});

test('a question that was lost is asked anew', async () => {
  let asked = 0;
  const lostOnce = () =>
    ++asked === 1 ? new Promise<string>(() => undefined) : after(50, () => 'in');
  const answer = patiently(lostOnce, { stop: never });
  await vi.advanceTimersByTimeAsync(4050);
  await expect(answer).resolves.toBe('in');
});

test('an answer of half a minute is an answer', async () => {
  const answer = patiently(() => after(30_000, () => 'in'), { stop: never });
  await vi.advanceTimersByTimeAsync(30_000);
  await expect(answer).resolves.toBe('in');
});

test('a refusal is one at once, also of the second question', async () => {
  let asked = 0;
  const ask = () =>
    ++asked === 1 ? after(20_000, () => 'in') : after(0, fails(new Problem('ended', 409, 'over')));
  const answer = patiently(ask, { stop: never }).catch(({ code }) => code);
  await vi.advanceTimersByTimeAsync(4001);
  expect(await answer).toBe('ended');
});

test('a connection that breaks leaves the other question open', async () => {
  let asked = 0;
  const ask = () => (++asked === 1 ? after(5000, fails(gone)) : after(3000, () => 'in'));
  const answer = patiently(ask, { stop: never });
  await vi.advanceTimersByTimeAsync(7000);
  await expect(answer).resolves.toBe('in');
});

test('nobody asks for whoever has gone', async () => {
  const stop = new AbortController();
  const ask = vi.fn(() => new Promise<string>(() => undefined));
  const answer = patiently(ask, { stop: stop.signal }).catch(({ code }) => code);
  stop.abort();
  expect(await answer).toBe('unreachable');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(ask).toHaveBeenCalledOnce();
});

test('what never answers is given up in the end', async () => {
  const ask = vi.fn(() => new Promise<string>(() => undefined));
  const answer = patiently(ask, { stop: never }).catch(({ code }) => code);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await answer).toBe('unreachable');
  expect(ask).toHaveBeenCalledTimes(4);
});
