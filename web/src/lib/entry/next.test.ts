import { expect, test } from 'vitest';
import { wayOn } from './next';

const HERE = 'https://clinic.test';

test('whoever had to sign in goes on to where they wanted', () => {
  expect(wayOn('?next=%2Fjoin%2F42', HERE)).toBe('/join/42');
});

test('no link leads to another server', () => {
  for (const elsewhere of [
    '//evil.test/x',
    '/\\evil.test',
    'https://evil.test',
    'javascript:x',
    '',
  ])
    expect(wayOn(`?next=${encodeURIComponent(elsewhere)}`, HERE), elsewhere).toBeNull();
  expect(wayOn('', HERE)).toBeNull();
});
