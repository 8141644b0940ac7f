import { describe, expect, it } from 'vitest';
import {
  dayByKey,
  daysOf,
  firstWeekday,
  instantsOf,
  step,
  titleOf,
  weekdayOf,
  weeksOf,
} from './range';

describe('firstWeekday', () => {
  it('is what the region says', () => {
    expect(firstWeekday('de')).toBe(1);
    expect(firstWeekday('fr-FR')).toBe(1);
    expect(firstWeekday('en-GB')).toBe(1);
    expect(firstWeekday('en-US')).toBe(0);
    expect(firstWeekday('es-MX')).toBe(0);
  });
});

describe('daysOf', () => {
  it('is the week around a day, from the first weekday on', () => {
    expect(daysOf('week', '2026-11-22', 1)).toEqual({ from: '2026-11-16', to: '2026-11-23' });
    expect(daysOf('week', '2026-11-22', 0)).toEqual({ from: '2026-11-22', to: '2026-11-29' });
  });

  it('is a week that begins with the weekday of today, whichever week it is', () => {
    const today = weekdayOf('2026-11-25');
    expect(today).toBe(3);
    expect(daysOf('week', '2026-11-25', today)).toEqual({ from: '2026-11-25', to: '2026-12-02' });
    expect(daysOf('week', step('week', '2026-11-25', 1), today).from).toBe('2026-12-02');
    expect(daysOf('week', '2026-12-01', today).from).toBe('2026-11-25');
  });

  it('is the whole weeks of a month', () => {
    expect(daysOf('month', '2026-11-21', 1)).toEqual({ from: '2026-10-26', to: '2026-12-07' });
    expect(daysOf('month', '2026-02-01', 0)).toEqual({ from: '2026-02-01', to: '2026-03-01' });
  });

  it('is a day, and two weeks of agenda', () => {
    expect(daysOf('day', '2026-12-31', 1)).toEqual({ from: '2026-12-31', to: '2027-01-01' });
    expect(daysOf('agenda', '2026-12-31', 1)).toEqual({ from: '2026-12-31', to: '2027-01-14' });
  });
});

it('asks for the hours that the days really have', () => {
  const spring = instantsOf({ from: '2026-03-29', to: '2026-03-30' }, 'Europe/Berlin');
  expect(Date.parse(spring.to) - Date.parse(spring.from)).toBe(23 * 3_600_000);
  const autumn = instantsOf({ from: '2026-10-25', to: '2026-10-26' }, 'Europe/Berlin');
  expect(Date.parse(autumn.to) - Date.parse(autumn.from)).toBe(25 * 3_600_000);
});

it('goes on and back by what is shown', () => {
  expect(step('day', '2026-03-31', 1)).toBe('2026-04-01');
  expect(step('week', '2026-03-31', -1)).toBe('2026-03-24');
  expect(step('month', '2026-01-31', 1)).toBe('2026-02-01');
  expect(step('month', '2026-01-31', -1)).toBe('2025-12-01');
});

it('says in its heading what is shown', () => {
  expect(titleOf('month', '2026-11-21', 1, 'de')).toBe('November 2026');
  expect(titleOf('day', '2026-11-21', 1, 'de')).toBe('Samstag, 21. November 2026');
  expect(titleOf('week', '2026-11-21', 1, 'en-GB')).toMatch(/^16\s?–\s?22 November 2026$/);
});

describe('weeksOf', () => {
  it('is the month in whole weeks', () => {
    const weeks = weeksOf('2026-11-21', 1);
    expect(weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7]);
    expect([weeks[0]?.[0], weeks[5]?.[6]]).toEqual(['2026-10-26', '2026-12-06']);
  });
});

describe('dayByKey', () => {
  const from = (key: string, isRtl = false) => dayByKey(key, '2026-12-31', 1, isRtl);

  it('goes to the neighbours, also of the next month', () => {
    expect(from('ArrowRight')).toBe('2027-01-01');
    expect(from('ArrowRight', true)).toBe('2026-12-30');
    expect(from('ArrowUp')).toBe('2026-12-24');
  });

  it('goes to the ends of the week and to other months', () => {
    expect([from('Home'), from('End')]).toEqual(['2026-12-28', '2027-01-03']);
    expect([from('PageUp'), from('PageDown')]).toEqual(['2026-11-01', '2027-01-01']);
  });

  it('leaves other keys alone', () => {
    expect(from('Enter')).toBeNull();
  });
});
