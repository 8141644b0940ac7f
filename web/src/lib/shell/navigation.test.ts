import type { User } from '@openvisit/client';
import { expect, test } from 'vitest';
import { appointments, mayOpen } from './navigation';

const as = (...roles: string[]) => ({ roles }) as User;

test('a place of other roles is not opened by its address', () => {
  expect(mayOpen(as('client'), '/overview')).toBe(true);
  expect(mayOpen(as('client'), '/sessions/7')).toBe(true);
  expect(mayOpen(as('client'), '/calendar')).toBe(false);
  expect(mayOpen(as('assistant'), '/calendar')).toBe(true);
  expect(mayOpen(as('assistant'), '/requests')).toBe(false);
  expect(mayOpen(as('practitioner', 'admin'), '/admin/users/7')).toBe(true);
  expect(mayOpen(as('practitioner'), '/admin/users')).toBe(false);
});

test('what is nobody’s place decides by itself', () => {
  expect(mayOpen(as('assistant'), '/appointments')).toBe(true);
});

test('appointments are in the list of whoever takes part, and in the calendar of whoever books', () => {
  expect(appointments(as('client'))).toBe('/sessions');
  expect(appointments(as('practitioner', 'admin'))).toBe('/sessions');
  expect(appointments(as('assistant'))).toBe('/calendar');
  expect(appointments(as('admin'))).toBe('/admin/users');
  expect(appointments(null)).toBe('/');
});
