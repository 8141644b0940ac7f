import type { Participant } from '@openvisit/client';
import { expect, test } from 'vitest';
import { isJoining } from './people';

const NOW = Date.parse('2026-01-01T10:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const person = (facts: Partial<Participant>) =>
  ({
    id: 'p1',
    connected: false,
    connected_seconds: 0,
    joined_at: ago(2),
    ...facts,
  }) as Participant;

const TOLD = { microphone: true, camera: true, screen: false };

test('whoever was let in a moment ago is joining until they tell what they send', () => {
  expect(isJoining(person({}), {}, NOW)).toBe(true);
  expect(isJoining(person({ connected: true }), {}, NOW)).toBe(true);
  expect(isJoining(person({ connected: true }), { p1: TOLD }, NOW)).toBe(false);
});

test('whoever was let in long ago, or not at all, is not joining', () => {
  expect(isJoining(person({ joined_at: ago(60) }), {}, NOW)).toBe(false);
  expect(isJoining(person({ joined_at: null }), {}, NOW)).toBe(false);
});
