import { expect, test } from 'vitest';
import { newPersonOf, NOBODY } from './person';

test('what is left empty is not told as an empty text', () => {
  const body = newPersonOf({ ...NOBODY, name: ' Ann ', email: ' ' });
  expect(body).toMatchObject({ name: 'Ann', organization_id: null, email: null });
  expect(body.password).toBeUndefined();
  expect(body.practitioner).toEqual({ service_tier: null, accepts_requests: true });
});

test('only practitioners have what practitioners have', () => {
  expect(newPersonOf({ ...NOBODY, roles: ['client'], tier: 'gold' }).practitioner).toBeUndefined();
});
