import { expect, test } from 'vitest';
import { lastMonths, monthOf } from './months';

test('months go back over the year’s turn, the earliest first', () => {
  expect(lastMonths(4, '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  expect(lastMonths(1, '2026-12')).toEqual(['2026-12']);
  expect(lastMonths(13, '2026-12')[0]).toBe('2025-12');
});

test('the month is the one where the reader is', () => {
  expect(monthOf(new Date(2026, 0, 1, 0, 0))).toBe('2026-01');
  expect(monthOf(new Date(2026, 11, 31, 23, 59))).toBe('2026-12');
});
