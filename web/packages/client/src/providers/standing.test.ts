import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Told } from '../testing/devices.ts';
import { Standing } from './standing.ts';

let told: Told;
let standing: Standing;

beforeEach(() => {
  vi.useFakeTimers();
  told = new Told();
  standing = new Standing(told);
  standing.set(true);
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('what comes back at once was no failure', async () => {
  standing.set(false);
  await pass(1900);
  standing.set(true);
  await pass(10_000);
  expect(told.log).toEqual(['up', 'down', 'up']);
});

test('what stays away for two seconds is failing, and is waited for two more', async () => {
  standing.set(false);
  await pass(2000);
  expect(told.log).toEqual(['up', 'down', 'failing']);
  let mended: boolean | null = null;
  void standing.mended().then((it) => (mended = it));
  await pass(1900);
  expect(mended).toBeNull();
  await pass(200);
  expect(mended).toBe(false);
});

test('what comes back while it is waited for is mended', async () => {
  standing.set(false);
  await pass(2000);
  const mended = standing.mended();
  standing.set(true);
  expect(await mended).toBe(true);
});

test('what is gone for good is not waited for', async () => {
  standing.set(false);
  const mended = standing.mended();
  standing.end();
  expect(await mended).toBe(false);
  await pass(10_000);
  expect(told.log).not.toContain('failing');
});
