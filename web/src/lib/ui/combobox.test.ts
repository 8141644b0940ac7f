import { expect, test } from 'vitest';
import { placeOf, stepTo } from './combobox';

const options = ['a', 'b', 'c'].map((id) => ({ id }));

test('the mark stays with its option where others come, and begins anew where it has gone', () => {
  expect(placeOf('b', options)).toBe(1);
  expect(placeOf('b', [{ id: 'new' }, ...options])).toBe(2);
  expect(placeOf('gone', options)).toBe(0);
  expect(placeOf(null, options)).toBe(0);
  expect(placeOf('a', [])).toBe(0);
});

test('arrows go around the ends of the list', () => {
  expect(stepTo('ArrowDown', 1, 3)).toBe(2);
  expect(stepTo('ArrowDown', 2, 3)).toBe(0);
  expect(stepTo('ArrowUp', 0, 3)).toBe(2);
});

test('pages go as far as the ends', () => {
  expect(stepTo('PageDown', 0, 20)).toBe(8);
  expect(stepTo('PageDown', 15, 20)).toBe(19);
  expect(stepTo('PageUp', 15, 20)).toBe(7);
  expect(stepTo('PageUp', 3, 20)).toBe(0);
});

test('an empty list has nowhere to go, and other keys go nowhere', () => {
  for (const key of ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp'])
    expect(stepTo(key, 0, 0)).toBe(0);
  expect(stepTo('Home', 1, 3)).toBeNull();
  expect(stepTo('a', 1, 3)).toBeNull();
});
