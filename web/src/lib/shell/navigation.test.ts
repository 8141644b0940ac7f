import type { User } from '@openvisit/client';
import { expect, test } from 'vitest';
import { home, places } from './navigation';

const whoIs = (...roles: User['roles']) => ({ roles }) as User;

test('a day begins where its work is', () => {
  expect(home(whoIs('practitioner'))).toBe('/today');
  expect(home(whoIs('client'))).toBe('/overview');
  expect(home(whoIs('assistant'))).toBe('/calendar');
  expect(home(whoIs('admin'))).toBe('/admin/users');
  expect(home(null)).toBe('/');
});

test('who has two roles has the places of both, each once and the settings last', () => {
  const names = places(whoIs('practitioner', 'client')).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('overview');
  expect(names.at(-1)).toBe('settings');
});
