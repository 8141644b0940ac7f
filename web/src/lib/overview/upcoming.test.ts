import type { Session } from '@openvisit/client';
import { expect, test } from 'vitest';
import { sinceWhen, upcoming } from './upcoming';

const session = (id: string, status: Session['status'], starts_at: string) =>
  ({ id, status, starts_at }) as Session;

const ids = (sessions: Session[]) => sessions.map(({ id }) => id);

test('the next appointment is the first of those that are not over', () => {
  const { first, later } = upcoming([
    session('cancelled', 'cancelled', '2026-05-01T08:00:00Z'),
    session('second', 'scheduled', '2026-05-02T08:00:00Z'),
    session('next', 'scheduled', '2026-05-01T09:00:00Z'),
  ]);
  expect([ids(first), ids(later)]).toEqual([['next'], ['second']]);
});

test('whatever runs comes first, even if it began long ago, and all that runs', () => {
  const { first, later } = upcoming([
    session('next', 'scheduled', '2026-05-01T09:00:00Z'),
    session('stuck', 'in_progress', '2026-04-30T12:00:00Z'),
    session('here', 'waiting', '2026-05-01T10:00:00Z'),
  ]);
  expect([ids(first), ids(later)]).toEqual([['stuck', 'here'], ['next']]);
});

test('without anything to come there is nothing', () => {
  expect(upcoming([session('over', 'completed', '2026-05-01T08:00:00Z')])).toEqual({
    first: [],
    later: [],
  });
});

test('what began yesterday is asked for too', () => {
  expect(sinceWhen(Date.parse('2026-05-02T08:00:00Z'))).toBe('2026-05-01T08:00:00.000Z');
});
