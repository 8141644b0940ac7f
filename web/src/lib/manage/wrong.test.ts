import { Problem } from '@openvisit/client';
import { beforeAll, expect, test, vi } from 'vitest';
import { load, speak, t } from '$lib/i18n';
import { wrongFields } from './wrong';

vi.stubGlobal('document', { documentElement: {} });

beforeAll(async () => {
  speak('en');
  await load('manage');
});

const invalid = (field: string, message: string) =>
  new Problem('invalid', 422, message, { errors: [{ field, message }] });

test('what is wrong is told at its field, in the reader’s words', () => {
  expect(wrongFields(invalid('email', 'is no e-mail address'))).toEqual({
    email: t.manage.wrong.email,
  });
  expect(wrongFields(invalid('roles[0]', 'unknown'))).toEqual({ roles: t.manage.wrong.roles });
  expect(wrongFields(invalid('email', 'is what a local account signs in with'))).toEqual({
    email: t.manage.wrong.email_needed,
  });
});

test('an address that is taken is the address’s fault, however the server names it', () => {
  const told = { email: t.manage.wrong.email_taken };
  expect(wrongFields(new Problem('conflict', 409, 'this email is taken'))).toEqual(told);
  expect(wrongFields(invalid('email', 'is taken'))).toEqual(told);
});

test('another conflict is no field’s fault', () => {
  expect(wrongFields(new Problem('conflict', 409, 'you cannot take your own rights away'))).toEqual(
    {},
  );
});
