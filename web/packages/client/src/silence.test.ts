import { expect, test } from 'vitest';
import { Silence } from './silence.ts';

/** What is told at the end of so many seconds of one loudness. */
function after(silence: Silence, loudest: number | null, seconds: number, from = 0): boolean {
  let told = false;
  for (let at = from; at <= from + seconds * 1000; at += 150) told = silence.hears(loudest, at);
  return told;
}

test('a microphone that gives nothing is told after some seconds, and not any more once it is heard', () => {
  const silence = new Silence();
  expect(after(silence, 0, 7)).toBe(false);
  expect(after(silence, 0, 3, 7000)).toBe(true);
  expect(silence.hears(0.01, 10_500)).toBe(false);
  expect(after(silence, 0, 7, 11_000)).toBe(false);
});

test('a quiet room is no silence', () => {
  expect(after(new Silence(), 3e-5, 60)).toBe(false);
});

test('of a microphone that cannot be listened to nothing is said', () => {
  const silence = new Silence();
  expect(after(silence, null, 60)).toBe(false);
  expect(after(silence, 0, 7, 60_000)).toBe(false);
});
