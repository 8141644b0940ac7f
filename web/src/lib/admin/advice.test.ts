import type { SessionCheck } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { dateTime } from '$lib/figures';
import { load, speak, t } from '$lib/i18n';
import { aboutPractitioner, aboutSession } from './advice';
import { keptAway, practitionerCheck, requestCheck, sessionCheck } from './example';

vi.mock('$lib/openvisit.svelte', () => ({ config: { wording: {} } }));
vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('common', 'admin');
});

const NOW = Date.parse('2026-11-23T09:00:00Z');
const LATER = '2026-11-23T09:30:00Z';
const words = () => t.admin.support.todo;

const present = {
  id: '1',
  user_id: '2',
  openvisit_user_id: '2',
  role: 'client',
  state: 'admitted',
  present: true,
};

test('what is scheduled waits for its door, its payment, or its people', () => {
  const about = (facts: Partial<SessionCheck>) => aboutSession(sessionCheck(facts), NOW);
  expect(about({ opens_at: LATER })).toEqual([words().opensAt({ at: dateTime(LATER) })]);
  expect(about({ opens_at: '2026-11-23T08:45:00Z' })).toEqual([words().nobodyCame]);
  expect(about({ payment_settled: false })[0]).toBe(words().unpaid);
  expect(about({ kind: 'in_person' })).toEqual([words().inPerson]);
});

test('who waits is let in; who has gone leaves a session that ends by itself', () => {
  const waits = { ...present, state: 'waiting' };
  expect(aboutSession(sessionCheck({ status: 'waiting', participants: [waits] }), NOW)).toEqual([
    words().notBegun,
    words().letIn,
  ]);
  const running = sessionCheck({ status: 'in_progress', due_at: LATER });
  expect(aboutSession({ ...running, participants: [present] }, NOW)).toEqual([words().running]);
  expect(aboutSession(running, NOW)).toEqual([words().endsAt({ at: dateTime(LATER) })]);
});

test('what is over needs nothing, what nobody knows was typed wrongly', () => {
  expect(aboutSession(sessionCheck({ status: 'completed' }), NOW)).toEqual([words().ended]);
  expect(aboutSession(sessionCheck({ found: false }), NOW)).toEqual([words().externalId]);
});

test('a request is told as what it is', () => {
  const request = requestCheck();
  const pending = sessionCheck({ status: 'pending', request });
  expect(aboutSession(pending, NOW)).toEqual([words().unaccepted, words().whyUnseen]);
  const own = { ...pending, request: requestCheck({ organization_only_until: LATER }) };
  expect(aboutSession(own, NOW)).toContain(words().ownFirst({ until: dateTime(LATER) }));
  const gone = {
    ...pending,
    status: 'cancelled',
    request: requestCheck({ status: 'expired' }),
  };
  expect(aboutSession(gone, NOW)).toEqual([words().askAgain]);
  const accepted = requestCheck({ status: 'accepted' });
  expect(aboutSession(sessionCheck({ status: 'completed', request: accepted }), NOW)).toEqual([
    words().ended,
  ]);
});

test('what should have happened by itself and has not is a matter for operators', () => {
  const late = sessionCheck({ due_at: '2026-11-23T08:59:00Z' });
  expect(aboutSession(late, NOW).at(-1)).toContain('under System');
  expect(aboutSession({ ...late, due_at: '2026-11-23T08:59:50Z' }, NOW)).toHaveLength(1);
});

test('what an account lacks is to be set up', () => {
  const required = { linked: true, login_exists_and_is_enabled: false, can_accept_sessions: false };
  expect(aboutPractitioner(practitionerCheck({ required }))).toEqual([
    words().enable,
    words().accept,
  ]);
  expect(aboutPractitioner(practitionerCheck({ accounts: 2 }))).toEqual([
    words().accounts({ count: 2 }),
  ]);
  expect(aboutPractitioner(practitionerCheck())).toEqual([words().allSet]);
  const login = { exists: false, enabled: false, user_id: null, openvisit_user_id: null };
  expect(aboutPractitioner(practitionerCheck({ login }))).toEqual([words().makeAccount]);
});

test('what rules keep away is told once for all of them', () => {
  const filtered_out = [
    keptAway('tier', { tiers: ['premium'] }),
    keptAway('tier', { tiers: ['premium', 'basic'] }),
    keptAway('organization_first', { until: LATER }),
  ];
  expect(aboutPractitioner(practitionerCheck({ filtered_out }))).toEqual([
    words().tiers({ count: 2, own: '–', wanted: 'basic, premium' }),
    words().othersFirst({ count: 1, until: dateTime(LATER) }),
  ]);
});
