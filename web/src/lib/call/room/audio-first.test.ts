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

test('after eight bad seconds the camera pauses, and comes back after ten good ones', () => {
  expect(
    watch(new AudioFirst(), 0, [
      ['poor', 12],
      ['good', 40],
    ]),
  ).toEqual([
    ['save', 8000],
    ['resume', 22_000],
  ]);
});

test('a line that was bad without the camera, too, is believed sooner when it gets better', () => {
  expect(
    watch(new AudioFirst(), 0, [
      ['poor', 20],
      ['good', 10],
    ]),
  ).toEqual([
    ['save', 8000],
    ['resume', 24_000],
  ]);
});

test('each time it comes back later, so that it does not flicker', () => {
  const decider = new AudioFirst();
  const steps = watch(decider, 0, [
    ['poor', 10],
    ['good', 12],
    ['poor', 10],
    ['good', 60],
  ]);
  expect(steps.map(([step]) => step)).toEqual(['save', 'resume', 'save', 'resume']);
  const [first, second] = [steps[1]![1] - 10_000, steps[3]![1] - 32_000];
  expect(second).toBe(2 * first);
});

test('who wants the picture all the same is left in peace for a while', () => {
  const decider = new AudioFirst();
  decider.overrule(0);
  expect(watch(decider, 0, [['poor', 118]])).toEqual([]);
  expect(watch(decider, 118_000, [['poor', 12]])).toEqual([['save', 120_000]]);
});

test('on another network it comes back as soon as that one carries it, and on a bad one pauses again', () => {
  const decider = new AudioFirst();
  expect(watch(decider, 0, [['poor', 10]])).toEqual([['save', 8000]]);
  decider.moved();
  expect(decider.look('good', true, 10_000)).toBeNull();
  expect(decider.look('good', true, 12_000)).toBeNull();
  expect(decider.look('good', true, 14_000)).toBe('resume');
  const [paused, back] = watch(decider, 16_000, [
    ['poor', 10],
    ['good', 40],
  ]);
  expect(paused).toEqual(['save', 24_000]);
  expect(back).toEqual(['resume', 36_000]);
});

test('a line that is gone for a while is not a weak one', () => {
  expect(
    watch(new AudioFirst(), 0, [
      ['poor', 6],
      ['lost', 10],
      ['poor', 6],
      ['good', 20],
    ]),
  ).toEqual([]);
});

test('nothing is decided by what was not measured', () => {
  expect(watch(new AudioFirst(), 0, [['unknown', 60]])).toEqual([]);
});
