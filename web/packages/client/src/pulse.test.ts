import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pulse } from './pulse.ts';

const NEVER = 1e9;
let takes: number;
let said: string[];
let pulse: Pulse;

beforeEach(() => {
  vi.useFakeTimers();
  [takes, said] = [20, []];
  pulse = new Pulse({
    ask: () => new Promise<void>((answer) => setTimeout(answer, takes)),
    alive: (alive) => said.at(-1) === String(alive) || said.push(String(alive)),
    dead: () => said.push('dead'),
  });
  pulse.start();
});

afterEach(() => {
  pulse.stop();
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('a server that is gone is noticed within three seconds', async () => {
  await pass(5500);
  takes = NEVER;
  await pass(3000);
  expect(said).toEqual(['true', 'false']);
});

test('a channel through which nothing comes any more is dead', async () => {
  await pass(5500);
  takes = NEVER;
  await pass(6000);
  expect(said).toEqual(['true', 'false', 'dead']);
});

test('a slow line is late once, and then known to be slow', async () => {
  await pass(5500);
  takes = 2500;
  await pass(3600);
  expect(said).toEqual(['true', 'false', 'true']);
  await pass(60_000);
  expect(said).toHaveLength(3);
});

test('a server that never answered says nothing by its silence', async () => {
  takes = NEVER;
  await pass(60_000);
  expect(said).toEqual([]);
});
