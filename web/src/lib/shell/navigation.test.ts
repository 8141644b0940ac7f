import type { User } from '@openvisit/client';
import { expect, test } from 'vitest';
import { home, mayOpen, places } from './navigation';

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

test('the page of one session is for reception and administrators too, the list is not', () => {
  for (const role of ['assistant', 'admin']) {
    expect(mayOpen(as(role), '/sessions/7')).toBe(true);
    expect(mayOpen(as(role), '/sessions')).toBe(false);
  }
});

test('what the marketplace links to is for its customers', () => {
  for (const path of ['/customer/dashboard', '/intake']) {
    expect(mayOpen(as('client'), path)).toBe(true);
    expect(mayOpen(as('practitioner'), path)).toBe(false);
    expect(mayOpen(as('assistant', 'admin'), path)).toBe(false);
  }
});

test('reception has arrivals and clients, and begins with the calendar', () => {
  const reception = places(as('assistant')).map(({ href }) => href);
  expect(reception).toEqual(['/calendar', '/arrivals', '/clients', '/settings']);
  expect(mayOpen(as('assistant'), '/clients/7')).toBe(true);
  expect(mayOpen(as('client'), '/clients')).toBe(false);
  expect(mayOpen(as('practitioner'), '/arrivals')).toBe(false);
  expect(home(as('assistant'))).toBe('/calendar');
  expect(home(null)).toBe('/');
});
