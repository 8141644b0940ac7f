import { beforeAll, expect, test, vi } from 'vitest';
import { load, speak, t } from '$lib/i18n';
import { aboutPractitioner, aboutSession, type Found, type Inspected } from './advice';
import { dateTime } from './format';

vi.mock('$lib/openvisit.svelte', () => ({ config: { wording: {} } }));
vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('common', 'manage');
});

const NOW = Date.parse('2026-11-23T09:00:00Z');
const LATER = '2026-11-23T09:30:00Z';
const words = () => t.manage.support.todo;

const session = (facts: Partial<Found> = {}): Found => ({
  id: '1',
  found: true,
  request: null,
  kind: 'video',
  status: 'scheduled',
  participants: [],
  can_be_ended: true,
  recommendations: [],
  ...facts,
});
const present = { id: '1', user_id: '2', role: 'client', state: 'admitted', present: true };

test('what is scheduled waits for its door, its payment, or its people', () => {
  const about = (facts: Partial<Found>) => aboutSession(session(facts), NOW);
  expect(about({ opens_at: LATER })).toEqual([words().opensAt({ at: dateTime(LATER) })]);
  expect(about({ opens_at: '2026-11-23T08:45:00Z' })).toEqual([words().nobodyCame]);
  expect(about({ payment_settled: false })[0]).toBe(words().unpaid);
  expect(about({ kind: 'in_person' })).toEqual([words().inPerson]);
});

test('who waits is let in; who has gone leaves a session that ends by itself', () => {
  const waits = { ...present, state: 'waiting' };
  expect(aboutSession(session({ status: 'waiting', participants: [waits] }), NOW)).toEqual([
    words().notBegun,
    words().letIn,
  ]);
  const running = session({ status: 'in_progress', due_at: LATER });
  expect(aboutSession({ ...running, participants: [present] }, NOW)).toEqual([words().running]);
  expect(aboutSession(running, NOW)).toEqual([words().endsAt({ at: dateTime(LATER) })]);
});

test('what is over needs nothing, what nobody knows was typed wrongly', () => {
  expect(aboutSession(session({ status: 'completed' }), NOW)).toEqual([words().ended]);
  expect(aboutSession(session({ found: false }), NOW)).toEqual([words().externalId]);
});

test('a request is told as what it is', () => {
  const request = {
    id: '1',
    customer_user_id: '2',
    status: 'pending' as const,
    created_at: LATER,
    expires_at: LATER,
  };
  const pending = session({ status: 'pending', request });
  expect(aboutSession(pending, NOW)).toEqual([words().unaccepted, words().whyUnseen]);
  const own = { ...pending, request: { ...request, organization_only_until: LATER } };
  expect(aboutSession(own, NOW)).toContain(words().ownFirst({ until: dateTime(LATER) }));
  const gone = {
    ...pending,
    status: 'cancelled',
    request: { ...request, status: 'expired' as const },
  };
  expect(aboutSession(gone, NOW)).toEqual([words().askAgain]);
  const accepted = { ...request, status: 'accepted' as const };
  expect(aboutSession(session({ status: 'completed', request: accepted }), NOW)).toEqual([
    words().ended,
  ]);
});

test('what should have happened by itself and has not is a matter for operators', () => {
  const late = session({ due_at: '2026-11-23T08:59:00Z' });
  expect(aboutSession(late, NOW).at(-1)).toContain('under System');
  expect(aboutSession({ ...late, due_at: '2026-11-23T08:59:50Z' }, NOW)).toHaveLength(1);
});

const inspected = (facts: Partial<Inspected> = {}): Inspected => ({
  login: { exists: true, enabled: true, user_id: '1' },
  mechanic: {
    linked: true,
    user_id: '1',
    can_accept_sessions: true,
    service_tier: null,
    workshop_id: null,
  },
  required: { linked: true, login_exists_and_is_enabled: true, can_accept_sessions: true },
  pending_requests: 2,
  visible_requests: 2,
  filtered_out: [],
  recommendations: [],
  ...facts,
});

test('what an account lacks is to be set up', () => {
  const required = { linked: true, login_exists_and_is_enabled: false, can_accept_sessions: false };
  expect(aboutPractitioner(inspected({ required }))).toEqual([words().enable, words().accept]);
  expect(aboutPractitioner(inspected())).toEqual([words().allSet]);
  const login = { exists: false, enabled: false, user_id: null };
  expect(aboutPractitioner(inspected({ login }))).toEqual([words().makeAccount]);
});

test('what rules keep away is told once for all of them', () => {
  const reason = 'the server’s words';
  const filtered_out = [
    { request_id: '1', rule: 'tier', reason, tiers: ['premium'] },
    { request_id: '2', rule: 'tier', reason, tiers: ['premium', 'basic'] },
    { request_id: '3', rule: 'organization_first', reason, until: LATER },
  ];
  expect(aboutPractitioner(inspected({ filtered_out }))).toEqual([
    words().tiers({ count: 2, own: '–', wanted: 'basic, premium' }),
    words().othersFirst({ count: 1, until: dateTime(LATER) }),
  ]);
});
