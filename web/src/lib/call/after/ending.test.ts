import type { Session } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { t } from '$lib/i18n';
import { catalogue } from '$lib/i18n/catalogue';
import { headingOf, reasonOf } from './ending';

const client = catalogue('en', 'client');
vi.mock('$lib/openvisit.svelte', () => ({ config: {} }));
beforeAll(() => void Object.assign(t, { client }));

type Given = Partial<Pick<Session, 'status' | 'ended_by' | 'cancelled_by' | 'absent'>>;

const said = client.after;

test('who ended it is named', () => {
  expect(end({ status: 'completed', ended_by: 'practitioner' })).toBe(
    said.endedBy({ name: 'Dr. Ada' }),
  );
  expect(end({ status: 'completed', ended_by: 'client' })).toBe(said.endedByYou);
});

test('an end that the server has not heard of yet was one’s own', () => {
  expect(end({ status: 'in_progress' })).toBe(said.endedByYou);
});

test('a session that ended by itself is over', () => {
  expect(end({ status: 'completed', ended_by: 'system' })).toBe(said.over);
});

test('a no-show says who was missing, where that is known', () => {
  expect(end({ status: 'no_show', absent: 'client' })).toBe(said.missedYou);
  expect(end({ status: 'no_show', absent: 'practitioner' })).toBe(
    said.missedBy({ name: 'Dr. Ada' }),
  );
  expect(end({ status: 'no_show', absent: 'both' })).toBe(said.missed);
});

test('a cancellation says by whom', () => {
  const cancelled = { status: 'cancelled', ended_by: 'practitioner' } as const;
  expect(end({ ...cancelled, cancelled_by: 'practitioner' })).toBe(
    said.cancelledBy({ name: 'Dr. Ada' }),
  );
  expect(end({ ...cancelled, cancelled_by: 'assistant' })).toBe(said.cancelled);
});

test('who left, went on elsewhere or was turned away reads just that', () => {
  expect(reasonOf('left', null)).toBe(said.left);
  expect(reasonOf('elsewhere', null)).toBe(said.elsewhere);
  expect(reasonOf('turned_away', null)).toBe(said.turnedAway);
});

test('what took place has ended, whoever ended it; what did not says so at once', () => {
  const heading = (status: Session['status']) => headingOf('ended', ended({ status }));
  expect(heading('completed')).toBe(said.ended);
  expect(heading('in_progress')).toBe(said.ended);
  expect(heading('no_show')).toBe(said.missed);
  expect(heading('cancelled')).toBe(said.cancelled);
  expect(headingOf('ending', ended({ status: 'in_progress' }))).toBe(said.ended);
  expect(headingOf('left', ended({ status: 'in_progress' }))).toBe(said.left);
});

function end(given: Given): string {
  return reasonOf('ended', ended(given));
}

function ended(given: Given) {
  return {
    status: 'completed',
    ended_by: null,
    cancelled_by: null,
    absent: null,
    practitioner: { id: 'p', subject: null, name: 'Dr. Ada' },
    client: { id: 'c', subject: null, name: 'Sam' },
    you: { role: 'client', participant_id: null },
    ...given,
  } satisfies Parameters<typeof reasonOf>[1];
}
