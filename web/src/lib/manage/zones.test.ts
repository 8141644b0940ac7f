import { expect, test } from 'vitest';
import { placeOf, zones } from './zones';

test('zones are listed by continent, also one that the browser does not know', () => {
  const listed = zones('Mars/Olympus_Mons');
  expect(listed.get('Europe')).toContain('Europe/Berlin');
  expect(listed.get('UTC')).toContain('UTC');
  expect(listed.get('Mars')).toEqual(['Mars/Olympus_Mons']);
});

test('a zone reads as a place', () => {
  expect(placeOf('America/Argentina/Buenos_Aires')).toBe('Argentina, Buenos Aires');
  expect(placeOf('UTC')).toBe('UTC');
});
