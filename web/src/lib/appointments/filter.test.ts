import { expect, test } from 'vitest';
import { booked, iso, MINUTE, NINE } from './example';
import { belongs, fromAddress, toAddress, wanted } from './filter';

const upcoming = { tab: 'upcoming', status: null, q: '' } as const;

test('the address says what is shown, and is read as it was written', () => {
  for (const filter of [
    upcoming,
    { tab: 'past', status: 'no_show', q: 'Sam & Ida' } as const,
    { tab: 'upcoming', status: 'waiting', q: '' } as const,
  ]) {
    expect(fromAddress(new URLSearchParams(toAddress(filter)))).toEqual(filter);
  }
});

test('an address that says nonsense shows what is upcoming', () => {
  expect(fromAddress(new URLSearchParams('show=all&status=completed'))).toEqual(upcoming);
});

test('what runs is upcoming, however long ago it began', () => {
  const running = booked({ status: 'in_progress' });
  expect(belongs(running, 'upcoming', NINE + 120 * MINUTE)).toBe(true);
  expect(belongs(running, 'past', NINE + 120 * MINUTE)).toBe(false);
});

test('what is cancelled stays upcoming until its time comes', () => {
  const cancelled = booked({ status: 'cancelled' });
  expect(belongs(cancelled, 'upcoming', NINE - MINUTE)).toBe(true);
  expect(belongs(cancelled, 'past', NINE + MINUTE)).toBe(true);
});

test('a visit in person is past when its time is over, though nobody ended it', () => {
  const visit = booked({ kind: 'in_person' });
  expect(belongs(visit, 'upcoming', NINE + 10 * MINUTE)).toBe(true);
  expect(belongs(visit, 'past', NINE + 30 * MINUTE)).toBe(true);
});

test('the past is asked for backwards from now, for one practitioner', () => {
  const { query } = wanted({ tab: 'past', status: 'completed', q: 'sam' }, 'p1', NINE);
  expect(query).toEqual({
    to: iso(NINE),
    order: 'desc',
    status: ['completed'],
    q: 'sam',
    practitioner_id: 'p1',
  });
});
