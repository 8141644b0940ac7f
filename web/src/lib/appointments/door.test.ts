import { expect, test, vi } from 'vitest';
import { booked, iso, MINUTE, NINE, waitingSince } from './example';
import { atDoor, gone } from './door';

vi.mock('$lib/openvisit.svelte', () => ({}));

const left = (instant: number, given = {}) =>
  waitingSince(instant, { waiting_since: null, connected: false, left_at: iso(instant), ...given });
const here = (participants = [waitingSince(NINE)]) => booked({ status: 'waiting', participants });

test('who waits comes before who was let in, and that before who has left', () => {
  const letIn = waitingSince(NINE, { id: 'p2', state: 'admitted', waiting_since: null });
  expect(atDoor(here([left(NINE), letIn, waitingSince(NINE, { id: 'p3' })]))?.person.id).toBe('p3');
  expect(atDoor(here([left(NINE), letIn]))).toMatchObject({
    state: 'let_in',
    person: { id: 'p2' },
  });
  expect(atDoor(here([left(NINE)]))?.state).toBe('left');
});

test('a practitioner who came alone makes nobody wait', () => {
  expect(atDoor(here([waitingSince(NINE, { role: 'practitioner', waiting_since: null })]))).toBe(
    null,
  );
});

test('nobody is at the door of what is over, or has begun', () => {
  expect(atDoor(booked({ status: 'cancelled', participants: [waitingSince(NINE)] }))).toBe(null);
  expect(atDoor(booked({ status: 'in_progress', participants: [left(NINE)] }))).toBe(null);
  expect(gone(booked({ status: 'no_show', participants: [left(NINE)] }))).toEqual([]);
});

test('who left last is told of first', () => {
  const people = [left(NINE), left(NINE + MINUTE, { id: 'p2' })];
  expect(gone(here(people)).map(({ id }) => id)).toEqual(['p2', 'p1']);
});
