import { expect, test } from 'vitest';
import { day, span, stopwatch } from './time';

test('a span is told in its two largest units', () => {
  expect(span(8_000)).toBe('8 s');
  expect(span(250_000)).toBe('4 min 10 s');
  expect(span(3_900_000)).toBe('1 h 5 min');
  expect(span(97_200_000)).toBe('1 d 3 h');
  expect(span(7_200_000)).toBe('2 h');
});

test('a countdown never promises too early and never goes below zero', () => {
  expect(span(59_001)).toBe('1 min');
  expect(span(1)).toBe('1 s');
  expect(span(-5_000)).toBe('0 s');
});

test('the stopwatch runs on over the hour', () => {
  expect(stopwatch(249_900)).toBe('4:09');
  expect(stopwatch(3_753_000)).toBe('1:02:33');
  expect(stopwatch(-1)).toBe('0:00');
});

test('days near are told by name', () => {
  const noon = new Date(2026, 2, 28, 12).getTime();
  expect(day(new Date(2026, 2, 28, 23, 59).toISOString(), noon)).toBe('Today');
  expect(day(new Date(2026, 2, 29, 0, 1).toISOString(), noon)).toBe('Tomorrow');
  expect(day(new Date(2026, 2, 31, 9).toISOString(), noon)).toContain('31');
});
