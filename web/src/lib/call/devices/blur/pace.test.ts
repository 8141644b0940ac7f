import { expect, test } from 'vitest';
import { Pace } from './pace';

/** Whether it was ever too slow within so many seconds of frames that each take so long. */
function tooSlow(pace: Pace, milliseconds: number, seconds: number, every = 50, from = 0): boolean {
  let slow = false;
  for (let due = from; due < from + seconds * 1000; due += Math.max(every, milliseconds))
    slow = pace.frame(due, due + milliseconds) || slow;
  return slow;
}

test('a machine that needs too long for a frame is too slow', () => {
  const pace = new Pace();
  expect(tooSlow(pace, 100, 10)).toBe(true);
  expect(pace.framesPerSecond).toBeCloseTo(10);
});

test('one that is quick enough is not, also with a camera that gives few frames', () => {
  expect(tooSlow(new Pace(), 20, 60)).toBe(false);
  expect(tooSlow(new Pace(), 20, 60, 200)).toBe(false);
});

test('what is slow while everything is new is forgiven', () => {
  const pace = new Pace();
  expect(tooSlow(pace, 500, 3)).toBe(false);
  expect(tooSlow(pace, 20, 30, 50, 4000)).toBe(false);
});

test('one that becomes slow is noticed', () => {
  const pace = new Pace();
  expect(tooSlow(pace, 20, 30)).toBe(false);
  expect(tooSlow(pace, 90, 9, 50, 30_000)).toBe(true);
});
