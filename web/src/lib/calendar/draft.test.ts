import { describe, expect, it } from 'vitest';
import { clamp, dropped, durations, faultOf, nextSlot, shifted, whenOf } from './draft';

const BERLIN = 'Europe/Berlin';
const NOW = Date.parse('2026-03-20T10:00:00Z');

describe('faultOf', () => {
  const when = { day: '2026-03-29', time: '10:00', minutes: 30 };

  it('finds nothing wrong with a time to come', () => {
    expect(faultOf(when, NOW, BERLIN)).toBeNull();
  });

  it('refuses what is past, also earlier today', () => {
    expect(faultOf({ ...when, day: '2026-03-20', time: '10:59' }, NOW, BERLIN)).toBe('past');
    expect(faultOf({ ...when, day: '2026-03-20', time: '11:00' }, NOW, BERLIN)).toBeNull();
  });

  it('refuses a time that clocks are put forward over', () => {
    expect(faultOf({ ...when, time: '02:30' }, NOW, BERLIN)).toBe('noSuchTime');
  });

  it('asks for what is missing', () => {
    expect(faultOf({ ...when, time: '' }, NOW, BERLIN)).toBe('missing');
  });
});

it('offers half an hour to three hours, and what an appointment has already', () => {
  expect(durations(30).at(0)).toBe(30);
  expect(durations(30).at(-1)).toBe(180);
  expect(durations(20)).toContain(20);
  expect(durations(30)).toHaveLength(11);
});

it('takes a drag of a quarter of an hour for the shortest appointment', () => {
  expect(clamp(15)).toBe(30);
  expect(clamp(600)).toBe(180);
  expect(clamp(45)).toBe(45);
});

it('begins with the next half hour', () => {
  expect(new Date(nextSlot(NOW)).toISOString()).toBe('2026-03-20T10:30:00.000Z');
  expect(new Date(nextSlot(NOW + 1)).toISOString()).toBe('2026-03-20T10:30:00.000Z');
});

describe('shifted', () => {
  const noon = Date.parse('2026-03-28T11:00:00Z');

  it('keeps the time on the wall over the change of clocks', () => {
    const next = shifted(noon, { days: 1 }, BERLIN);
    expect(whenOf(next!, 30, BERLIN)).toEqual({ day: '2026-03-29', time: '12:00', minutes: 30 });
    expect(next! - noon).toBe(23 * 3_600_000);
  });

  it('is nothing where that day has no such time', () => {
    expect(shifted(Date.parse('2026-03-28T01:30:00Z'), { days: 1 }, BERLIN)).toBeNull();
  });

  it('counts minutes as they pass', () => {
    expect(shifted(noon, { minutes: -15 }, BERLIN)).toBe(noon - 900_000);
  });
});

describe('dropped', () => {
  const noon = Date.parse('2026-03-25T11:00:00Z');
  const days = (count: number, minutes = 0) => count * 24 * 60 + minutes;
  const drop = (minutes: number) => {
    const to = dropped(noon, minutes, BERLIN);
    return to === null ? null : wallText(to);
  };

  it('moves by any number of days, to the left and to the right', () => {
    const counts = [-30, -8, -3, -2, -1, 0, 1, 6];
    expect(counts.map((count) => drop(days(count))?.slice(5, 10))).toEqual([
      '02-23',
      '03-17',
      '03-22',
      '03-23',
      '03-24',
      '03-25',
      '03-26',
      '03-31',
    ]);
    for (const count of counts) expect(drop(days(count))).toMatch(/ 12:00$/);
  });

  it('moves up and down at once, over midnight as well', () => {
    expect(drop(days(-2, -60))).toBe('2026-03-23 11:00');
    expect(drop(days(-3, 90))).toBe('2026-03-22 13:30');
    expect(drop(days(-2, -13 * 60))).toBe('2026-03-22 23:00');
  });

  it('is nothing where clocks are put forward over it, and only there', () => {
    expect(drop(days(4, -9 * 60 - 30))).toBeNull();
    expect(drop(days(4, -9 * 60))).toBe('2026-03-29 03:00');
    expect(dropped(Date.parse('2026-03-31T00:30:00Z'), days(-2), BERLIN)).toBeNull();
  });
});

function wallText(instant: number): string {
  const { day, time } = whenOf(instant, 30, BERLIN);
  return `${day} ${time}`;
}
