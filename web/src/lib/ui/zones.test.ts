import { expect, test } from 'vitest';
import { matching, named, placeOf, zoneOf, zones } from './zones';

test('zones are listed by place, also one that the browser does not know', () => {
  const listed = zones('Mars/Olympus_Mons');
  expect(listed).toContain('Europe/Berlin');
  expect(listed).toContain('UTC');
  expect(listed).toContain('Mars/Olympus_Mons');
  expect(listed.indexOf('Europe/Berlin')).toBeLessThan(listed.indexOf('Africa/Cairo'));
});

test('a zone reads as a place and what its time is called', () => {
  expect(placeOf('America/Argentina/Buenos_Aires')).toBe('Argentina, Buenos Aires');
  expect(placeOf('UTC')).toBe('UTC');
  expect(zoneOf('Asia/Kolkata', 'en').name).toMatch(/^India.* \(GMT\+5:30\)$/);
  expect(zoneOf('Asia/Kolkata', 'fr').name).toMatch(/Inde \(UTC\+5:30\)$/);
  expect(zoneOf('Mars/Olympus_Mons', 'en').place).toBe('Olympus Mons');
});

test('a zone is found by its city and by its name, with accents or without', () => {
  const known = ['Europe/Berlin', 'Asia/Tokyo'].map((id) => zoneOf(id, 'de'));
  const found = (query: string) => matching(known, query).map(({ id }) => id);
  expect(found('berl')).toEqual(['Europe/Berlin']);
  expect(found('mitteleuropä')).toEqual(['Europe/Berlin']);
  expect(found('mitteleuropa')).toEqual(['Europe/Berlin']);
  expect(found('tokyo +9')).toEqual(['Asia/Tokyo']);
  expect(found('')).toHaveLength(2);
});

test('what begins with the word comes before what merely has it', () => {
  const known = ['Asia/Aqtobe', 'Africa/Freetown', 'Asia/Tokyo'].map((id) => zoneOf(id, 'en'));
  const found = matching(known, 'to').map(({ id }) => id);
  expect(found).toEqual(['Asia/Tokyo', 'Asia/Aqtobe', 'Africa/Freetown']);
});

test('names are made a few at a time, and all in the end', async () => {
  const ids = zones(null);
  const counts: number[] = [];
  for await (const known of named(ids, 'en')) counts.push(known.length);
  expect(counts[0]).toBeLessThan(ids.length);
  expect(counts.at(-1)).toBe(ids.length);
});
