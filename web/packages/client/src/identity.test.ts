import { expect, test } from 'vitest';
import { Identity } from './identity.ts';
import type { Tokens } from './model.ts';
import { memory } from './testing/memory.ts';

function tokens(id: string, token: string): Tokens {
  return { access_token: token, token_type: 'Bearer', expires_in: 900, user: { id } } as Tokens;
}

test('a reload keeps who the tab is', () => {
  const store = memory();
  new Identity(store).renew(tokens('anna', 't1'));
  expect(new Identity(store).token).toBe('t1');
});

test('the cookie of somebody else does not change who this tab is', () => {
  const identity = new Identity(memory());
  identity.renew(tokens('anna', 't1'));
  expect(identity.renew(tokens('jonas', 't2'))).toBe(false);
  expect(identity.token).toBe('t1');
});

test('somebody invited is not replaced by the account of the browser', () => {
  const identity = new Identity(memory());
  identity.take('invited', null);
  expect(identity.renew(tokens('anna', 't1'))).toBe(false);
});

test('a reload keeps that the tab came by an invitation; signing in ends it', () => {
  const store = memory();
  new Identity(store).take('invited', null, true);
  expect(new Identity(store).invited).toBe(true);
  new Identity(store).take('t1', tokens('anna', 't1').user);
  expect(new Identity(store).invited).toBe(false);
});

test('what cannot be read is nobody', () => {
  const store = memory();
  store.setItem('openvisit:identity', '{"token":');
  expect(new Identity(store).token).toBeNull();
});
