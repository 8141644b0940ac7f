import type { Session } from '@openvisit/client';
import { expect, test, vi } from 'vitest';
import { actionOf } from './action';
import { booked, MINUTE, NINE } from './example';

vi.mock('$lib/openvisit.svelte', () => ({}));

const you = { role: 'client', participant_id: null } as const;
const rated = { rating: 5, comment: null } as Session['client_rating'];

test('before its door opens one looks at it, then checks camera and sound, then enters', () => {
  expect(actionOf(booked(), NINE - 120 * MINUTE)).toBe('details');
  expect(actionOf(booked(), NINE - 60 * MINUTE)).toBe('prepare');
  expect(actionOf(booked(), NINE - 15 * MINUTE)).toBe('start');
  expect(actionOf(booked({ you }), NINE)).toBe('join');
  expect(actionOf(booked(), NINE + 30 * MINUTE)).toBe('details');
});

test('what runs is come back to, also beyond its time', () => {
  const running = booked({ status: 'in_progress' });
  expect(actionOf(running, NINE + 90 * MINUTE)).toBe('rejoin');
  expect(actionOf({ ...running, you }, NINE + 90 * MINUTE)).toBe('rejoin');
});

test('what is not paid is not entered', () => {
  expect(actionOf(booked({ payment_status: 'open', you }), NINE)).toBe('unpaid');
});

test('a visit in person has no call, and its practitioner says that it was', () => {
  const visit = booked({ kind: 'in_person' });
  expect(actionOf(visit, NINE + MINUTE)).toBe('in_person');
  expect(actionOf(visit, NINE + 30 * MINUTE)).toBe('held');
  expect(actionOf({ ...visit, you }, NINE + 30 * MINUTE)).toBe('in_person');
});

test('afterwards the practitioner writes notes and the client rates once', () => {
  const over = booked({ status: 'completed' });
  expect(actionOf(over, NINE)).toBe('notes');
  expect(actionOf({ ...over, you }, NINE)).toBe('rate');
  expect(actionOf({ ...over, you, client_rating: rated }, NINE)).toBe('details');
  expect(actionOf(booked({ status: 'cancelled' }), NINE)).toBe('details');
  expect(actionOf(booked({ status: 'no_show', you }), NINE)).toBe('details');
});

test('whoever is neither party only looks', () => {
  const assistant = { ...you, role: 'assistant' } as const;
  expect(actionOf(booked({ you: assistant }), NINE)).toBe('details');
});
