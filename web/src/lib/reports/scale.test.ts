import { expect, test } from 'vitest';
import { marks } from './scale';

test('an axis has round marks and reaches over the highest bar', () => {
  expect(marks(0)).toEqual([0, 1]);
  expect(marks(3)).toEqual([0, 1, 2, 3]);
  expect(marks(17)).toEqual([0, 5, 10, 15, 20]);
  expect(marks(1234)).toEqual([0, 500, 1000, 1500]);
});

test('whatever the highest is, it lies under the last mark', () => {
  for (let highest = 0; highest < 3000; highest += 7) {
    const axis = marks(highest);
    expect(axis.at(-1)).toBeGreaterThanOrEqual(highest);
    expect(axis.length).toBeLessThanOrEqual(6);
  }
});
