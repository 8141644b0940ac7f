import { Problem, type FieldErrorCode } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { load, speak, t } from '$lib/i18n';
import { fieldErrors, refusedHere } from './field-errors';

vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('admin');
});

const invalid = (field: string, code: FieldErrorCode) =>
  new Problem('invalid', 422, field, { errors: [{ field, code, message: 'in English' }] });

test('what is wrong is told at its field, in the reader’s words', () => {
  const words = t.admin.fieldErrors;
  expect(fieldErrors(invalid('email', 'malformed'))).toEqual({ email: words.email });
  expect(fieldErrors(invalid('roles[0]', 'unknown'))).toEqual({ roles: words.roles });
  expect(fieldErrors(invalid('practitioner.service_tier', 'too_long'))).toEqual({
    service_tier: words.service_tier,
  });
});

test('where a field can be wrong in several ways, it is told which it is', () => {
  const words = t.admin.fieldErrors;
  expect(fieldErrors(invalid('email', 'needed_to_sign_in'))).toEqual({
    email: words.email_needed_to_sign_in,
  });
  expect(fieldErrors(invalid('url', 'not_public'))).toEqual({ url: words.url_not_public });
  expect(fieldErrors(invalid('url', 'credentials_in_url'))).toEqual({
    url: words.url_credentials_in_url,
  });
  expect(fieldErrors(invalid('url', 'malformed'))).toEqual({ url: words.url });
});

test('a field without a sentence of ours has the server’s', () => {
  expect(fieldErrors(invalid('newest', 'required'))).toEqual({ newest: 'in English' });
});

test('what is taken is told at its field, and other conflicts at none', () => {
  const errors = [{ field: 'email', code: 'taken', message: 'is taken' }];
  const taken = new Problem('conflict', 409, 'this email is taken', { errors });
  expect(fieldErrors(taken)).toEqual({ email: t.admin.fieldErrors.email_taken });
  const rights = new Problem('conflict', 409, 'you cannot take your own rights away');
  expect(fieldErrors(rights)).toEqual({});
});

test('what the page refuses itself is told alike', () => {
  expect(fieldErrors(refusedHere('repeated', 'conflicting'))).toEqual({
    repeated: t.admin.fieldErrors.repeated,
  });
});
