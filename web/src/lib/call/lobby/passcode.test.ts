import { expect, test } from 'vitest';
import { digits, isWhole } from './passcode';

test('what is pasted may have spaces, dashes and words around the digits', () => {
  expect(digits(' 123 456 ')).toBe('123456');
  expect(digits('123-456')).toBe('123456');
  expect(digits('Passcode: 012345.')).toBe('012345');
});

test('letters are no digits, and a seventh digit has no box', () => {
  expect(digits('12a4')).toBe('124');
  expect(digits('1234567')).toBe('123456');
});

test('digits of other scripts are the same digits', () => {
  expect(digits('١٢٣٤٥٦')).toBe('123456');
  expect(digits('१२३४५०')).toBe('123450');
  expect(digits('１２３')).toBe('123');
});

test('a passcode is whole with six digits', () => {
  expect([digits('12345'), digits('123456')].map(isWhole)).toEqual([false, true]);
});
