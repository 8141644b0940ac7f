import { Problem, type CheckReport, type CheckVerdict, type SystemState } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { load, speak, t } from '$lib/i18n';
import { refusal } from '$lib/refusals';
import { headlineOf, ofClock, ofKeys } from './headline';

vi.mock('$lib/openvisit.svelte', () => ({ config: { wording: {} } }));
vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('common', 'admin', 'checks');
});

const words = () => t.admin.system;
const refused = new Problem('broker_unavailable', 503, '');

function state(...failing: string[]): SystemState {
  const targets = ['broker', 'a', 'b'];
  return {
    version: '0.1.0',
    started_at: '2026-11-23T09:00:00Z',
    clock_ahead_seconds: null,
    database: 'sqlite',
    broker: { configured: true, answers: true, reason: null },
    mail: { configured: false, works: null, pending: 0, oldest_at: null, failing: false },
    keys: { lost: 0, other_pepper: false },
    live: { sessions: 0, participants: 0 },
    media: { udp_ports: [], tcp_port: null },
    nodes: [],
    outbox: targets.map((target) => ({
      target,
      pending: 1,
      oldest_at: '2026-11-23T09:00:00Z',
      failing: failing.includes(target),
    })),
  };
}

function checks(...verdicts: CheckVerdict[]) {
  const findings = verdicts.map((verdict) => {
    return {
      check: 'clock' as const,
      about: null,
      verdict,
      code: 'clock_right' as const,
      detail: null,
    };
  });
  const value: CheckReport = { checked_at: '2026-11-23T09:00:00Z', findings };
  return { value, problem: null };
}

test('everything works where nothing fails; what merely waits or is to be noted is no failure', () => {
  const told = headlineOf({ problem: null, state: state(), checks: checks('ok', 'warning') });
  expect(told).toEqual({ good: true, title: words().ready });
});

test('events that do not arrive are trouble', () => {
  const text = (...failing: string[]) =>
    headlineOf({ problem: null, state: state(...failing), checks: checks('ok') }).text;
  expect(text('a')).toBe('Events aren’t reaching a webhook.');
  expect(text('a', 'b')).toBe('Events aren’t reaching 2 webhooks.');
  expect(text('broker', 'a')).toBe(`${words().brokerFails} Events aren’t reaching a webhook.`);
});

test('so are checks that fail, or are not answered', () => {
  const told = headlineOf({
    problem: null,
    state: state('a'),
    checks: checks('fault', 'ok', 'fault'),
  });
  expect(told.good).toBe(false);
  expect(told.title).toBe(words().notReady);
  expect(told.text).toBe('Events aren’t reaching a webhook. 2 checks below fail.');
  const unanswered = { value: null, problem: refused };
  expect(headlineOf({ problem: null, state: state(), checks: unanswered })).toEqual({
    good: false,
    title: words().notReady,
    text: refusal(refused).title,
  });
});

test('a server that cannot work, or is not there, comes before all else', () => {
  const of = (problem: Problem) => headlineOf({ problem, state: state('a'), checks: checks() });
  expect(of(refused)).toMatchObject({ title: words().notReady, text: refusal(refused).title });
  expect(of(Problem.unreachable(null))).toMatchObject({ good: false, title: words().notAlive });
});

test('nothing is said to work before all has been looked at', () => {
  const unknown = { value: null, problem: null };
  const early = headlineOf({ problem: null, state: state(), checks: unknown });
  expect(early).toEqual({ good: null, title: t.checks.checking });
  expect(headlineOf({ problem: null, state: state('a'), checks: unknown }).good).toBe(false);
});

test('keys that are lost and a clock that was set are trouble', () => {
  const text = (facts: Partial<SystemState>) =>
    headlineOf({ problem: null, state: { ...state(), ...facts }, checks: checks('ok') }).text;
  const keys = { lost: 2, other_pepper: false };
  expect(text({ keys, clock_ahead_seconds: 3_600 })).toBe(
    'Some keys don’t match this database. The system clock was changed.',
  );
  expect(text({ keys: { lost: 0, other_pepper: true } })).toBe(
    'Some keys don’t match this database.',
  );
});

test('what does not fit is told in full', () => {
  expect(ofKeys({ keys: { lost: 2, other_pepper: false } })[0]).toMatch(/^2 keys are missing/);
  expect(ofKeys({ keys: { lost: 0, other_pepper: true } })[0]).toMatch(/^Passcodes given out/);
  expect(ofClock({ clock_ahead_seconds: 3_600 })[0]).toContain('was set 1 hr ahead');
  expect(ofClock({ clock_ahead_seconds: -90 })[0]).toContain('was set back by 1 min 30 sec');
});
