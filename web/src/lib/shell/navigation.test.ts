import type { User } from '@openvisit/client';
import { expect, test } from 'vitest';
import { mayOpen } from './navigation';

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
