import { Problem, type Session } from '@openvisit/client';
import { expect, test } from 'vitest';
import { asksPasscode, opensAt, takesPart, wasLetIn } from './door';

const NINE = '2026-03-28T09:00:00Z';
const now = Date.parse(NINE);

const client = { role: 'client', participant_id: null } as const;
const door = { status: 'scheduled', join_opens_at: NINE, you: client } as const;

test('the door is closed for a client until the minute it opens', () => {
  expect(opensAt(door, null, now - 1)).toBe(NINE);
  expect(opensAt(door, null, now)).toBeNull();
});

test('a practitioner is only held back by the server', () => {
  const you = { role: 'practitioner', participant_id: null } as const;
  expect(opensAt({ ...door, you }, null, now - 60_000)).toBeNull();
  const early = new Problem('too_early', 409, '', { opens_at: NINE });
  expect(opensAt({ ...door, you }, early, now - 60_000)).toBe(NINE);
});

test('a session that has begun has no door any more', () => {
  expect(opensAt({ ...door, status: 'in_progress' }, null, now - 60_000)).toBeNull();
});

test('the passcode is asked of who never gave it', () => {
  const session = { passcode_enabled: true, you: client };
  expect(asksPasscode(session, null)).toBe(true);
  expect(asksPasscode({ ...session, you: { ...client, participant_id: 'p' } }, null)).toBe(false);
  expect(asksPasscode({ ...session, you: { ...client, role: 'practitioner' } }, null)).toBe(false);
  expect(asksPasscode({ ...session, passcode_enabled: false }, null)).toBe(false);
});

test('nobody asks it of who came by an invitation', () => {
  const session = { passcode_enabled: true, you: client };
  expect(asksPasscode(session, null, true)).toBe(false);
});

test('and of whom the server asks it', () => {
  const session = { passcode_enabled: true, you: { ...client, participant_id: 'p' } };
  expect(asksPasscode(session, new Problem('passcode_wrong', 403, ''))).toBe(true);
});

test('whoever may only look at a session takes no part in it', () => {
  const roles = ['practitioner', 'client', 'guest', 'assistant', 'admin'] as const;
  const parties = roles.filter((role) => takesPart({ you: { role, participant_id: null } }));
  expect(parties).toEqual(['practitioner', 'client', 'guest']);
});

test('who was let in before goes to the consultation, and to no waiting room', () => {
  const session = (state: string) => ({
    you: { ...client, participant_id: 'p' },
    participants: [{ id: 'p', state }] as Session['participants'],
  });
  expect(['waiting', 'admitted'].map(session).map(wasLetIn)).toEqual([false, true]);
});
