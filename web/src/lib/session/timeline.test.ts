import { expect, test } from 'vitest';
import { type Entry, steps } from './timeline';

const entry = (second: number, kind: string, source: string | null = null) =>
  ({
    at: new Date(Date.UTC(2026, 2, 30, 9, 0, second)).toISOString(),
    kind,
    participant_id: 'p1',
    source,
  }) as Entry;

test('what two sources tell of one connection is one line', () => {
  const told = steps([
    entry(0, 'entered'),
    entry(1, 'connected', 'socket'),
    entry(3, 'connected', 'media'),
  ]);
  expect(told.map(({ kind, sources }) => [kind, ...sources])).toEqual([
    ['entered'],
    ['connected', 'socket', 'media'],
  ]);
});

test('who comes back later is told again', () => {
  const told = steps([entry(0, 'connected', 'media'), entry(9, 'connected', 'media')]);
  expect(told).toHaveLength(2);
});

test('who was away for a moment is told to have been away', () => {
  const told = steps([
    entry(0, 'connected', 'socket'),
    entry(2, 'disconnected', 'socket'),
    entry(4, 'connected', 'socket'),
    entry(4, 'connected', 'media'),
  ]);
  expect(told.map(({ kind, sources }) => [kind, ...sources])).toEqual([
    ['connected', 'socket'],
    ['disconnected', 'socket'],
    ['connected', 'socket', 'media'],
  ]);
});
