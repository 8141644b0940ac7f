import { Problem } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { load, LOCALES, speak, t } from '$lib/i18n';
import table from '../../../crates/server/src/http/problem.rs?raw';
import { refusal } from './refusals';

vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('common');
});

const problem = (code: string, extras: Record<string, unknown> = {}) =>
  new Problem(code, 409, 'as the server says', extras);

test('everything that the server refuses has a sentence of its own, in every language', async () => {
  const codes = [...table.matchAll(/\(S::\w+, "([a-z_]+)"/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(25);
  for (const locale of LOCALES) {
    const { default: common } = await import(`./i18n/${locale}/common.ts`);
    expect(Object.keys(common.refusals), locale).toEqual(expect.arrayContaining(codes));
  }
});

test('a refusal that nobody knows yet still says something', () => {
  expect(refusal(problem('brand_new'))).toEqual(t.common.refusals.other);
});

test('what the server tells with it is said', () => {
  expect(refusal(problem('passcode_wrong', { tries_left: 1 })).text).toContain('One try');
  expect(refusal(problem('passcode_wrong', { tries_left: 9 })).text).toContain('9 tries');
  expect(refusal(problem('too_many_requests', { retry_after_seconds: 90 })).text).toContain(
    '1 min 30 sec',
  );
  const invalid = { errors: [{ field: 'concern', message: 'too long' }] };
  expect(refusal(problem('invalid', invalid)).text).toContain('Concern');
});

test('without the facts it is said without them', () => {
  for (const code of ['passcode_wrong', 'too_early', 'slot_taken', 'not_allowed_now', 'invalid'])
    expect(refusal(problem(code)).text, code).not.toMatch(/null|undefined/);
});
