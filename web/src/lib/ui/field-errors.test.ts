import { Problem } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { load, speak, t } from '$lib/i18n';
import { fieldErrors } from './field-errors';

vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('admin');
});

const invalid = (field: string, message: string) =>
  new Problem('invalid', 422, message, { errors: [{ field, message }] });

test('what is wrong is told at its field, in the reader’s words', () => {
  expect(fieldErrors(invalid('email', 'is no e-mail address'))).toEqual({
    email: t.admin.fieldErrors.email,
  });
  expect(fieldErrors(invalid('roles[0]', 'unknown'))).toEqual({ roles: t.admin.fieldErrors.roles });
  expect(fieldErrors(invalid('email', 'is what a local account signs in with'))).toEqual({
    email: t.admin.fieldErrors.email_needed,
  });
});

test('what is taken is told at its field, and other conflicts at none', () => {
  const errors = [{ field: 'email', message: 'is taken' }];
  const taken = new Problem('conflict', 409, 'this email is taken', { errors });
  expect(fieldErrors(taken)).toEqual({ email: t.admin.fieldErrors.email_taken });
  const rights = new Problem('conflict', 409, 'you cannot take your own rights away');
  expect(fieldErrors(rights)).toEqual({});
});
