import { expect, test, vi } from 'vitest';
import { booked, iso, MINUTE, NINE, waitingSince } from '$lib/appointments/example';
import { endOfDay, nextOf, withRunning } from './schedule';

vi.mock('$lib/openvisit.svelte', () => ({}));

const early = booked({ id: 'early' });
const late = booked({
  id: 'late',
  starts_at: iso(NINE + 60 * MINUTE),
  ends_at: iso(NINE + 90 * MINUTE),
});

test('the nearest is next until its time is over', () => {
  expect(nextOf([early, late], NINE - 60 * MINUTE)?.id).toBe('early');
  expect(nextOf([early, late], NINE + 29 * MINUTE)?.id).toBe('early');
  expect(nextOf([early, late], NINE + 30 * MINUTE)?.id).toBe('late');
  expect(nextOf([early, late], NINE + 90 * MINUTE)).toBeNull();
});

test('who waits comes before who is due, and what is over is not next', () => {
  const waits = { ...late, status: 'waiting' as const, participants: [waitingSince(NINE)] };
  expect(nextOf([early, waits], NINE)?.id).toBe('late');
  const gone = waitingSince(NINE, { waiting_since: null, left_at: iso(NINE) });
  expect(nextOf([early, { ...waits, participants: [gone] }], NINE)?.id).toBe('early');
  const over = { ...early, status: 'cancelled' } as const;
  expect(nextOf([over, late], NINE)?.id).toBe('late');
});

test('a call that began before midnight and still runs is today’s too', () => {
  const running = { ...early, id: 'running', status: 'in_progress' } as const;
  const midnight = NINE + 15 * 60 * MINUTE;
  const ids = (found: { id: string }[]) => found.map(({ id }) => id);
  expect(ids(withRunning([late], [running, late], midnight))).toEqual(['running', 'late']);
  expect(ids(withRunning([late], [{ ...running, status: 'completed' }], midnight))).toEqual([
    'late',
  ]);
});

test('a day ends at midnight', () => {
  const noon = new Date(2026, 2, 29, 12).getTime();
  expect(endOfDay(noon)).toBe(new Date(2026, 2, 30).getTime());
});
