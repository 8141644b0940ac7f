import { Problem, type ApiKey, type Scope } from '@openvisit/client';
import { expect, test } from 'vitest';
import { catalogue } from '$lib/i18n/catalogue';
import { hasEnded, newKeyOf, newProgramOf, offered } from './program';

const NOW = Date.parse('2030-01-07T09:00:00Z');
const EVERY = Object.keys(catalogue('en', 'admin').programs.scopeNames) as Scope[];

test('an assistant’s program books for one organization, an administrator’s has none', () => {
  const draft = { name: ' Website ', role: 'assistant', organization: '7' } as const;
  expect(newProgramOf(draft)).toEqual({ name: 'Website', role: 'assistant', organization_id: '7' });
  expect(() => newProgramOf({ ...draft, organization: '' })).toThrow(Problem);
  const mighty = newProgramOf({ ...draft, role: 'admin' });
  expect(mighty).toEqual({ name: 'Website', role: 'admin', organization_id: null });
});

test('a key opens what was chosen, and ends when it is to', () => {
  const scopes: Scope[] = ['clients:read'];
  expect(newKeyOf({ scopes, days: '' }, NOW)).toEqual({ scopes, expires_at: null });
  const month = newKeyOf({ scopes, days: '30' }, NOW);
  expect(month.expires_at).toBe('2030-02-06T09:00:00.000Z');
  expect(() => newKeyOf({ scopes: [], days: '' }, NOW)).toThrow(Problem);
});

test('an assistant’s key is offered nothing that is an administrator’s', () => {
  expect(offered('admin', EVERY)).toEqual(EVERY);
  const reception = offered('assistant', EVERY);
  expect(reception).toContain('appointments:write');
  expect(reception).not.toContain('users:write');
});

test('a key ends to the moment', () => {
  const key = (expires_at: string | null) => ({ expires_at }) as ApiKey;
  expect(hasEnded(key(null), NOW)).toBe(false);
  expect(hasEnded(key('2030-01-07T09:00:00Z'), NOW)).toBe(true);
  expect(hasEnded(key('2030-01-07T09:00:01Z'), NOW)).toBe(false);
});
