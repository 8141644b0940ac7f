import { expect, test } from 'vitest';
import { minutesOf, timeLeft } from './time-left';

const at = (minute: number) => Date.UTC(2026, 0, 1, 10, 0) + minute * 60_000;
const iso = (minute: number) => new Date(at(minute)).toISOString();
const session = { started_at: iso(0), ends_at: iso(30), hard_stop_at: iso(60) };
const stage = (minute: number, change = {}) =>
  timeLeft({ ...session, ...change }, at(minute)).stage;

test('ten and two minutes before the end are told apart', () => {
  expect([0, 19.9, 20, 27.9, 28, 29.9].map((minute) => stage(minute))).toEqual([
    'plenty',
    'plenty',
    'ten',
    'ten',
    'two',
    'two',
  ]);
});

test('after the booked time it says when the call is closed', () => {
  expect(timeLeft(session, at(40))).toEqual({ stage: 'over', closesIn: 20 * 60_000 });
  expect(timeLeft(session, at(55))).toEqual({ stage: 'closing', closesIn: 5 * 60_000 });
  expect(timeLeft(session, at(61))).toEqual({ stage: 'closing', closesIn: 0 });
});

test('a call that is not closed by itself is never said to be', () => {
  expect(timeLeft({ ...session, hard_stop_at: null }, at(99))).toEqual({
    stage: 'over',
    closesIn: null,
  });
});

test('before it began nothing runs out', () => {
  expect(stage(29, { started_at: null })).toBe('plenty');
});

test('minutes are rounded up, as people say them', () => {
  expect([600_000, 540_001, 540_000, 1000, 0].map(minutesOf)).toEqual([10, 10, 9, 1, 1]);
});
