import { expect, test } from 'vitest';
import { CORNERS, nearestCorner, nextCorner, spotlight, type Spot } from './spotlight';

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
