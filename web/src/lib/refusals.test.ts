import { Problem, type ProblemCode } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { load, LOCALES, speak, t, type Locale } from '$lib/i18n';
import { catalogue } from './i18n/catalogue';
import { refusal, type Said } from './refusals';
import { SERVER_CODES } from './server-codes';

vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('common');
});

/** A sentence that is told nothing must do without. */
const NO_FACTS = { left: null, at: null, span: '1 min', time: null, status: null, fields: null };

const problem = (code: string, extras: Record<string, unknown> = {}) =>
  new Problem(code as ProblemCode, 409, 'as the server says', extras);

/** What the server may say, by HTTP or over a socket, and what the browser says by itself. */
const codes = [...SERVER_CODES, 'unreachable', 'wrong_login'];

/** How each language asks for something, says what one can do, or that nothing need be done. */
const ADVICE: Record<Locale, RegExp> = {
  en: /please|you can |need not/i,
  de: /bitte|können Sie|Sie können|müssen nichts/i,
  fr: /veuillez|vous pourrez|n’avez rien à/i,
  es: /por favor|podrá|no tiene que/i,
  it: /per favore|potrà|non deve/i,
  pl: /proszę|dołączyć można|nie trzeba/i,
};

test.each(LOCALES)('in %s everything that is refused says what to do', (locale) => {
  expect(codes.length).toBeGreaterThan(30);
  const said: Record<string, Said> = catalogue(locale, 'common').refusals;
  for (const code of codes) {
    const { title, text } = said[code] ?? { title: '', text: '' };
    expect(title, `no sentence for ${code}`).toBeTruthy();
    expect(typeof text === 'function' ? text(NO_FACTS) : text, code).toMatch(ADVICE[locale]);
  }
});

test('a refusal that nobody knows yet still says something', () => {
  expect(refusal(problem('brand_new'))).toEqual(t.common.refusals.other);
});

test('what the server tells with it is said', () => {
  expect(refusal(problem('passcode_wrong', { tries_left: 1 })).text).toContain('One attempt');
  expect(refusal(problem('passcode_wrong', { tries_left: 9 })).text).toContain('9 attempts');
  expect(refusal(problem('too_many_requests', { retry_after_seconds: 90 })).text).toContain(
    '1 min 30 sec',
  );
  const invalid = { errors: [{ field: 'concern', code: 'too_long', message: 'too long' }] };
  expect(refusal(problem('invalid', invalid)).text).toContain('Reason');
});

test('without the facts it is said without them', () => {
  for (const code of ['passcode_wrong', 'too_early', 'slot_taken', 'not_allowed_now', 'invalid'])
    expect(refusal(problem(code)).text, code).not.toMatch(/null|undefined/);
});
