import type { Level } from '@openvisit/client';
import { expect, test } from 'vitest';
import { AudioFirst, type Step } from './audio-first';

/** Looks every two seconds for so long, and does what is said. */
function watch(decider: AudioFirst, from: number, levels: [Level, number][]) {
  const steps: [Step, number][] = [];
  let [at, saving] = [from, false];
  for (const [level, seconds] of levels)
    for (const until = at + seconds * 1000; at < until; at += 2000) {
      const step = decider.look(level, saving, at);
      if (!step) continue;
      saving = step === 'save';
      steps.push([step, at]);
    }
  return steps;
}

test('a moment of bad quality changes nothing', () => {
  expect(
    watch(new AudioFirst(), 0, [
      ['poor', 6],
      ['fair', 2],
      ['poor', 6],
      ['good', 60],
    ]),
  ).toEqual([]);
});

test('after eight bad seconds the camera pauses, and comes back after twenty good ones', () => {
  expect(
    watch(new AudioFirst(), 0, [
      ['poor', 20],
      ['good', 40],
    ]),
  ).toEqual([
    ['save', 8000],
    ['resume', 40_000],
  ]);
});

test('each time it comes back later, so that it does not flicker', () => {
  const decider = new AudioFirst();
  const steps = watch(decider, 0, [
    ['poor', 10],
    ['good', 22],
    ['poor', 10],
    ['good', 60],
  ]);
  expect(steps.map(([step]) => step)).toEqual(['save', 'resume', 'save', 'resume']);
  const [first, second] = [steps[1]![1] - 10_000, steps[3]![1] - 42_000];
  expect(second).toBe(2 * first);
});

test('who wants the picture all the same is left in peace for a while', () => {
  const decider = new AudioFirst();
  decider.overrule(0);
  expect(watch(decider, 0, [['poor', 118]])).toEqual([]);
  expect(watch(decider, 118_000, [['poor', 12]])).toEqual([['save', 120_000]]);
});

test('nothing is decided by what was not measured', () => {
  expect(watch(new AudioFirst(), 0, [['unknown', 60]])).toEqual([]);
});
