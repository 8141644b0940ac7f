import { expect, test } from 'vitest';
import { judge } from './line-check';

test('one slow answer among quick ones is no weak connection', () => {
  expect(judge([20, 25, 2000, 22, 30])).toBe('good');
});

test('a long way is told from a longer one', () => {
  expect(judge([500, 520, 480, 600, 450])).toBe('fair');
  expect(judge([1500, 950, 1200, 40, 2000])).toBe('poor');
});

test('an answer that did not come is worse than a slow one', () => {
  expect(judge([20, 25, null, 22, 30])).toBe('fair');
  expect(judge([null, null, 20, null, 30])).toBe('poor');
});

test('a line on which nothing is answered is none', () => {
  expect(judge([null, null, null])).toBe('lost');
});
