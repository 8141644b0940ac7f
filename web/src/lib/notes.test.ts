import { expect, test } from 'vitest';
import { characters } from './notes';

test('characters are Unicode scalar values, not UTF-16 units', () => {
  expect(characters('')).toBe(0);
  expect(characters('Grüße')).toBe(5);
  expect(characters('🙂')).toBe(1);
  expect(characters('e\u0301')).toBe(2);
  expect(characters('🙂'.repeat(500))).toBe(500);
});
