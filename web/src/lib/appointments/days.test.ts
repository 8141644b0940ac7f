import { expect, test } from 'vitest';
import { byDay } from './days';
import { booked, iso, MINUTE, NINE } from './example';

test('sessions are gathered by day, in the order they have', () => {
  const at = (id: string, minutes: number) =>
    booked({ id, starts_at: iso(NINE + minutes * MINUTE) });
  const list = [at('a', 0), at('b', 60), at('c', 24 * 60), at('d', 48 * 60)];
  const ids = (sessions: typeof list) =>
    byDay(sessions).map((day) => day.sessions.map(({ id }) => id));
  expect(ids(list)).toEqual([['a', 'b'], ['c'], ['d']]);
  expect(ids(list.toReversed())).toEqual([['d'], ['c'], ['b', 'a']]);
});
