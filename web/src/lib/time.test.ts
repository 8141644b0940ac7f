import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { locale, speak, t } from './i18n';
import { catalogue } from './i18n/catalogue';
import { date, day, range, span, startOfDay, stopwatch, timeOfDay, zoneApart } from './time';

beforeEach(() => read('en-US'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('a span is told in its two largest units', () => {
  expect(span(8_000)).toBe('8 sec');
  expect(span(250_000)).toBe('4 min 10 sec');
  expect(span(3_900_000)).toBe('1 hr 5 min');
  expect(span(97_200_000)).toBe('1 day 3 hr');
  expect(span(7_200_000)).toBe('2 hr');
});

test('a countdown never promises too early and never goes below zero', () => {
  expect(span(59_001)).toBe('1 min');
  expect(span(1)).toBe('1 sec');
  expect(span(-5_000)).toBe('0 sec');
});

test('the stopwatch runs on over the hour', () => {
  expect(stopwatch(249_900)).toBe('4:09');
  expect(stopwatch(3_753_000)).toBe('1:02:33');
  expect(stopwatch(-1)).toBe('0:00');
});

test('days near are told by name', () => {
  const noon = new Date(2026, 2, 28, 12).getTime();
  expect(day(new Date(2026, 2, 28, 23, 59).toISOString(), noon)).toBe('Today');
  expect(day(new Date(2026, 2, 29, 0, 1).toISOString(), noon)).toBe('Tomorrow');
  expect(day(new Date(2026, 2, 27, 23, 59).toISOString(), noon)).toBe('Yesterday');
  expect(day(new Date(2026, 2, 31, 9).toISOString(), noon)).toBe('Tuesday, March 31');
  expect(day(new Date(2027, 2, 31, 9).toISOString(), noon)).toContain('2027');
});

test('the same in the languages of the page', () => {
  read('de-AT');
  expect(span(250_000)).toBe('4 Min. 10 Sek.');
  expect(day('2026-03-28T12:00:00Z', Date.parse('2026-03-28T13:00:00Z'))).toBe('Heute');
  read('fr-FR');
  expect(day('2026-03-28T12:00:00Z', Date.parse('2026-03-28T13:00:00Z'))).toBe('Aujourd’hui');
  read('es-ES');
  expect(day('2026-03-29T12:00:00Z', Date.parse('2026-03-28T13:00:00Z'))).toBe('Mañana');
  expect(span(97_200_000)).toBe('1 d 3 h');
});

test('the clock is written as in the region of the reader', () => {
  vi.stubEnv('TZ', 'UTC');
  expect(timeOfDay('2026-03-28T14:05:00Z')).toMatch(/^2:05\sPM$/);
  read('en-GB');
  expect(timeOfDay('2026-03-28T14:05:00Z')).toBe('14:05');
});

test('times are told where the reader is', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  read('en-GB');
  expect(timeOfDay('2026-01-15T09:00:00Z')).toBe('10:00');
  vi.stubEnv('TZ', 'America/New_York');
  expect(timeOfDay('2026-01-15T09:00:00Z')).toBe('04:00');
});

test('the zone is named only where the practice has another time, in words that people know', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  read('en-GB');
  const winter = '2026-01-15T09:00:00Z';
  expect(zoneApart(winter, 'Europe/Berlin')).toBe('');
  expect(zoneApart(winter, 'Europe/Paris'), 'another zone, the same clock').toBe('');
  expect(zoneApart(winter, null), 'nobody knows').toBe('');
  expect(zoneApart(winter, 'Mars/Olympus')).not.toBe('GMT+1');
  expect(zoneApart(winter, 'America/New_York')).toBe('Central European Time');
  // London and Lagos agree in summer only.
  vi.stubEnv('TZ', 'Africa/Lagos');
  expect(zoneApart(winter, 'Europe/London')).toBe('West Africa Time');
  expect(zoneApart('2026-07-15T09:00:00Z', 'Europe/London')).toBe('');
  vi.stubEnv('TZ', 'Asia/Almaty');
  expect(zoneApart(winter, 'Europe/Berlin')).toMatch(/^(Kazakhstan Time|Almaty)$/);
  vi.stubEnv('TZ', 'America/New_York');
  read('de-DE');
  expect(zoneApart(winter, 'Europe/Berlin')).toBe('Nordamerikanische Ostküstenzeit');
});

test('an appointment across the change to summer time has its true times', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  read('en-GB');
  // 01:30 CET to 03:30 CEST is one hour.
  expect(range('2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z')).toBe('01:30–03:30');
});

test('tomorrow is tomorrow on days of 23 and of 25 hours', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  for (const [late, early] of [
    ['2026-03-28T22:59:00Z', '2026-03-29T22:01:00Z'],
    ['2026-10-24T21:59:00Z', '2026-10-25T22:59:00Z'],
  ] as const) {
    const now = Date.parse(late);
    expect(day(early, now)).not.toBe('Today');
    expect(day(new Date(startOfDay(now)).toISOString(), now)).toBe('Today');
  }
  expect(day('2026-10-25T22:59:00Z', Date.parse('2026-10-24T21:59:00Z'))).toBe('Tomorrow');
});

test('a range over midnight names both days', () => {
  vi.stubEnv('TZ', 'UTC');
  read('en-GB');
  expect(range('2026-03-28T23:30:00Z', '2026-03-29T00:30:00Z')).toContain('29');
  expect(date('2026-03-28T23:30:00Z')).toBe('Saturday, 28 March 2026');
});

function read(language: string): void {
  vi.stubGlobal('navigator', { languages: [language] });
  speak(null);
  t.common = catalogue(locale(), 'common');
}
