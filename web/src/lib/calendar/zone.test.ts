import { describe, expect, it } from 'vitest';
import { addDays, instantOf, isDay, startOfDay, wallOf, zoneName } from './zone';

const BERLIN = 'Europe/Berlin';
const at = (day: string, time: string, zone = BERLIN) => {
  const instant = instantOf({ day, time }, zone);
  return instant === null ? null : new Date(instant).toISOString();
};

describe('instantOf', () => {
  it('knows winter and summer', () => {
    expect(at('2026-01-15', '09:00')).toBe('2026-01-15T08:00:00.000Z');
    expect(at('2026-07-15', '09:00')).toBe('2026-07-15T07:00:00.000Z');
  });

  it('has no instant for a time that clocks are put forward over', () => {
    expect(at('2026-03-29', '01:59')).toBe('2026-03-29T00:59:00.000Z');
    expect(at('2026-03-29', '02:00')).toBeNull();
    expect(at('2026-03-29', '02:30')).toBeNull();
    expect(at('2026-03-29', '03:00')).toBe('2026-03-29T01:00:00.000Z');
  });

  it('takes the first of the two times when clocks are put back', () => {
    expect(at('2026-10-25', '02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(at('2026-10-25', '03:00')).toBe('2026-10-25T02:00:00.000Z');
  });

  it('knows zones of other days and of odd offsets', () => {
    expect(at('2026-03-08', '02:15', 'America/New_York')).toBeNull();
    expect(at('2026-06-01', '00:15', 'Asia/Kolkata')).toBe('2026-05-31T18:45:00.000Z');
    expect(at('2026-10-04', '02:15', 'Australia/Lord_Howe')).toBeNull();
  });

  it('has no instant for what is no time', () => {
    expect(at('', '')).toBeNull();
    expect(at('2026-02-30', '10:00')).toBeNull();
  });
});

it('reads back every quarter of an hour of the days on which clocks change', () => {
  for (const day of ['2026-03-29', '2026-10-25', '2026-06-01']) {
    const end = startOfDay(addDays(day, 1), BERLIN);
    for (let instant = startOfDay(day, BERLIN); instant < end; instant += 15 * 60_000) {
      const wall = wallOf(instant, BERLIN);
      const back = instantOf(wall, BERLIN);
      expect(wall.day).toBe(day);
      expect(back === instant || back === instant - 3_600_000).toBe(true);
    }
  }
});

it('begins a day whose midnight is left out at the first hour that is there', () => {
  expect(new Date(startOfDay('2026-04-24', 'Africa/Cairo')).toISOString()).toBe(
    '2026-04-23T22:00:00.000Z',
  );
});

it('counts days over the change of clocks, months and years', () => {
  expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
});

it('names the zone of that time of the year', () => {
  expect(zoneName(Date.parse('2026-07-01T10:00Z'), BERLIN, 'en')).toBe(
    'Central European Summer Time',
  );
  expect(zoneName(Date.parse('2026-12-01T10:00Z'), BERLIN, 'de')).toBe(
    'Mitteleuropäische Normalzeit',
  );
});

it('a day is one that there is, within two centuries', () => {
  expect(['2026-02-28', '1970-01-01', '2199-12-31'].every(isDay)).toBe(true);
  for (const text of ['', '2026-02-30', '9999-12-31', '0000-01-01', '2026-2-3', 'nope'])
    expect(isDay(text), text).toBe(false);
});
