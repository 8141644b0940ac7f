import { expect, test } from 'vitest';
import { NOBODY, told } from './person';

test('what is left empty is not told as an empty text', () => {
  const body = told({ ...NOBODY, name: ' Ann ', email: ' ' });
  expect(body).toMatchObject({ name: 'Ann', organization_id: null, email: null });
  expect(body.password).toBeUndefined();
  expect(body.practitioner).toEqual({ service_tier: null, accepts_requests: true });
});

test('only practitioners have what practitioners have', () => {
  expect(told({ ...NOBODY, roles: ['client'], tier: 'gold' }).practitioner).toBeUndefined();
});
