import { expect, test } from 'vitest';
import {
  asideOf,
  columnsFor,
  CORNERS,
  lined,
  nearestCorner,
  nextCorner,
  spotlight,
  stacked,
  type Spot,
} from './spotlight';

const ANNA: Spot = { key: 'anna', kind: 'person' };
const GUEST: Spot = { key: 'guest', kind: 'person' };
const SCREEN: Spot = { key: 'screen', kind: 'screen' };
const SELF: Spot = { key: 'self', kind: 'self' };
const large = (spots: Spot[], pinned: string | null = null) => [...spotlight(spots, pinned)];

test('the others are large, and the own picture is not', () => {
  expect(large([ANNA, SELF])).toEqual(['anna']);
  expect(large([ANNA, GUEST, SELF])).toEqual(['anna', 'guest']);
});

test('a shared screen takes the place of the faces', () => {
  expect(large([SCREEN, ANNA, SELF])).toEqual(['screen']);
});

test('what is pinned is large, whatever else there is', () => {
  expect(large([SCREEN, ANNA, SELF], 'anna')).toEqual(['anna']);
  expect(large([ANNA, SELF], 'self')).toEqual(['self']);
});

test('a pin of somebody who has gone is forgotten', () => {
  expect(large([ANNA, SELF], 'guest')).toEqual(['anna']);
});

test('a picture goes round all four corners', () => {
  const round = CORNERS.map((corner) => nextCorner(corner));
  expect(new Set(round)).toEqual(new Set(CORNERS));
});

test('a picture that is dropped stays in the nearest corner, whichever way the language runs', () => {
  expect(nearestCorner(0.9, 0.1, false)).toBe('end-top');
  expect(nearestCorner(0.9, 0.1, true)).toBe('start-top');
  expect(nearestCorner(0.2, 0.8, false)).toBe('start-bottom');
});

test('in a crowd one’s own picture is one among the others', () => {
  const people = (count: number): Spot[] =>
    Array.from({ length: count }, (_, at) => ({ key: `person-${at}`, kind: 'person' }));
  const self: Spot = { key: 'self', kind: 'self' };
  expect(spotlight([...people(2), self], null).has('self')).toBe(false);
  expect(spotlight([...people(7), self], null).size).toBe(8);
  expect([...spotlight([...people(7), self], 'person-3')]).toEqual(['person-3']);
});

test.each([
  // A phone upright and across, and a desk, in pixels.
  [1, 390, 650, 1],
  [2, 390, 650, 1],
  [4, 390, 650, 1],
  [8, 390, 650, 2],
  [2, 800, 330, 2],
  [8, 800, 330, 4],
  [2, 1280, 640, 2],
  [4, 1280, 640, 2],
  [5, 1280, 640, 3],
  [8, 1280, 640, 4],
])('%i pictures in %i × %i pixels stand in %i columns', (count, width, height, columns) => {
  expect(columnsFor(count, width, height)).toBe(columns);
});

test('more than four small pictures stand in two columns', () => {
  const places = (count: number) => Array.from({ length: count }, (_, at) => stacked(at, count));
  expect(places(1)).toEqual([{ row: 0, column: 0, rows: 1 }]);
  expect(places(4).map(({ row, column }) => [row, column])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  expect(places(8).at(-1)).toEqual({ row: 3, column: 1, rows: 4 });
});

test.each([
  // A phone upright, with the chat below, and across; a desk, and a narrow window of it.
  [390, 700, 'below'],
  [390, 250, 'beside'],
  [800, 330, 'beside'],
  [1280, 640, 'beside'],
  [640, 640, 'below'],
])('on %i × %i pixels the others stand %s a shared screen', (width, height, aside) => {
  expect(asideOf(width, height)).toBe(aside);
});

test('in a line each has a place of its own', () => {
  expect([0, 1, 2].map((at) => lined(at, 3).row)).toEqual([0, 1, 2]);
});
