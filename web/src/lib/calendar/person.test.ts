import { expect, it } from 'vitest';
import { personFault } from './person';

it('wants somebody, with a name, and with an address only if it is one', () => {
  const fresh = (name: string, email: string) => personFault({ kind: 'new', name, email });
  expect(personFault({ kind: 'none' })).toBe('client');
  expect(fresh('  ', '')).toBe('name');
  expect(fresh('Kim', '')).toBeNull();
  expect(fresh('Kim', 'kim@example.org')).toBeNull();
  expect(fresh('Kim', 'kim@example')).toBe('email');
});
