import type { Memory } from '@openvisit/client';
import { expect, test, vi } from 'vitest';
import { booked, MINUTE, NINE, waitingSince } from '$lib/appointments/example';
import { arrivalsIn, counted, newcomers, saying } from './arrivals';

vi.mock('$lib/openvisit.svelte', () => ({}));

const first = booked({ id: 's1', participants: [waitingSince(NINE)] });
const second = booked({
  id: 's2',
  participants: [
    waitingSince(NINE - MINUTE, { id: 'p2', name: 'Ida' }),
    waitingSince(NINE, { id: 'p3', state: 'admitted', waiting_since: null }),
    waitingSince(NINE, { id: 'p4', connected: false, waiting_since: null }),
  ],
});
const names = (found: ReturnType<typeof arrivalsIn>) => found.map(({ person }) => person.name);

test('who waits longest comes first', () => {
  expect(names(arrivalsIn([first, second], null))).toEqual(['Ida', 'Sam']);
});

test('a call shows its own arrivals itself', () => {
  expect(names(arrivalsIn([first, second], 's2'))).toEqual(['Sam']);
});

test('nobody waits for whom they do not meet, nor in what is over', () => {
  const you = { role: 'admin', participant_id: null } as const;
  expect(arrivalsIn([{ ...first, you }], null)).toEqual([]);
  expect(arrivalsIn([{ ...first, status: 'cancelled' }], null)).toEqual([]);
});

test('reception sees the arrivals of those for whom it books', () => {
  const you = { role: 'assistant', participant_id: null } as const;
  expect(names(arrivalsIn([{ ...first, you }], null))).toEqual(['Sam']);
});

test('what whoever waits wrote is shown until it is answered', () => {
  const said = (by: 'client' | 'practitioner', text: string) => ({
    id: text,
    participant_id: 'p1',
    by,
    text,
    at: first.server_time,
  });
  const written = (...messages: ReturnType<typeof said>[]) => {
    const session = { ...first, doorway: { word: null, chat_open: true, messages } };
    return arrivalsIn([session], null).map(saying);
  };
  expect(written(said('client', 'My camera is broken'))).toEqual(['My camera is broken']);
  expect(written(said('client', 'Hello?'), said('practitioner', 'In a minute'))).toEqual([null]);
  expect(written()).toEqual([null]);
});

test('an arrival is announced once, and again when somebody comes back', () => {
  const memory = memoryOf();
  expect(newcomers(arrivalsIn([first], null), memory)).toHaveLength(1);
  expect(newcomers(arrivalsIn([first], null), memory)).toHaveLength(0);
  const again = { ...first, participants: [waitingSince(NINE + MINUTE)] };
  expect(newcomers(arrivalsIn([again], null), memory)).toHaveLength(1);
});

test('the title counts, and stops counting', () => {
  expect(counted('Today', 2)).toBe('(2) Today');
  expect(counted('(2) Today', 1)).toBe('(1) Today');
  expect(counted('(1) Today', 0)).toBe('Today');
});

function memoryOf(): Memory {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
