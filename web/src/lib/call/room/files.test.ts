import { expect, test } from 'vitest';
import { refusedHere } from './files';

const LARGEST = 10 * 1024 * 1024;
const file = (type: string, size: number) => ({ type, size }) as File;

test('a picture or a PDF is sent, and what the browser does not know is left to the server', () => {
  for (const type of ['image/png', 'image/jpeg', 'application/pdf', ''])
    expect(refusedHere(file(type, 100), LARGEST)).toBeNull();
  expect(refusedHere(file('image/png', LARGEST), LARGEST)).toBeNull();
});

test('what would be refused is refused before it is sent', () => {
  expect(refusedHere(file('text/html', 100), LARGEST)).toBe('wrong_type');
  expect(refusedHere(file('image/svg+xml', 100), LARGEST)).toBe('wrong_type');
  expect(refusedHere(file('image/png', LARGEST + 1), LARGEST)).toBe('too_long');
  expect(refusedHere(file('image/png', 0), LARGEST)).toBe('required');
});
