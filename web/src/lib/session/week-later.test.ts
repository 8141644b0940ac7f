import { expect, test } from 'vitest';
import { weekLater } from './week-later';

const later = (starts: string, now: string) =>
  new Date(weekLater(starts, Date.parse(now), 'Europe/Berlin')).toISOString();

test('the next appointment is proposed for the same time a week later', () => {
  expect(later('2026-11-25T09:00:00Z', '2026-11-25T09:30:00Z')).toBe('2026-12-02T09:00:00.000Z');
});

test('of one that was long ago, for the next such day that is still to come', () => {
  expect(later('2026-10-28T09:00:00Z', '2026-11-25T08:00:00Z')).toBe('2026-11-25T09:00:00.000Z');
  expect(later('2026-10-28T09:00:00Z', '2026-11-25T09:30:00Z')).toBe('2026-12-02T09:00:00.000Z');
});

test('it keeps the time on the wall over the change of clocks', () => {
  expect(later('2026-03-25T09:00:00Z', '2026-03-25T10:00:00Z')).toBe('2026-04-01T08:00:00.000Z');
  expect(later('2026-03-22T01:30:00Z', '2026-03-22T02:00:00Z')).toBe('2026-04-05T00:30:00.000Z');
});
