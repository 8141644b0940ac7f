// The people of the marketplace, and how far a session of theirs has come.

import assert from 'node:assert/strict';

import { Application, ids, server } from '../common/application.js';
import { marketplaceApi } from './front-end.js';

export const marketplace = new Application('marketplace', 'user_id');

export const INTAKE = { plan: 'basic', type: 'video', concern: 'It rattles when I brake' };

export function customer() {
  const person = marketplace.person(ids.number(), 'customer', 'Cas Customer');
  return { ...person, api: marketplaceApi(server, person.token) };
}

/** A mechanic who may accept sessions, or is set up in another way. */
export async function mechanic(practitioner = { accepts_requests: true }, more = {}) {
  const person = marketplace.person(ids.number(), 'mechanic', 'Max Mechanic');
  const { id: account } = await marketplace.api('GET', '/me', undefined, person.token);
  await marketplace.api('PATCH', `/users/${account}`, { practitioner, ...more });
  return { ...person, account, api: marketplaceApi(server, person.token) };
}

export function admin() {
  return marketplaceApi(server, marketplace.person(ids.number(), 'admin', 'Ann Admin').token);
}

export function assertOk({ status, data }) {
  assert.ok(status === 200 || status === 201, `${status} ${JSON.stringify(data)}`);
  return data;
}

/** A request that waits. */
export async function pending(intake = {}) {
  const asks = customer();
  const request = assertOk(await asks.api.ask({ ...INTAKE, ...intake }));
  return { asks, id: request.id, request };
}

/** A session that a mechanic has taken. */
export async function accepted(intake = {}) {
  const wish = await pending(intake);
  const takes = await mechanic();
  const session = assertOk(await takes.api.accept(wish.id));
  return { ...wish, takes, id: session.id, session };
}

/** A session in whose waiting room the customer is. */
export async function waiting(intake = {}) {
  const taken = await accepted(intake);
  await marketplace.api('POST', `/sessions/${taken.id}/join`, {}, taken.asks.token);
  assert.equal(assertOk(await taken.asks.api.session(taken.id)).status, 'waiting');
  return taken;
}

export async function live(intake = {}) {
  const taken = await accepted(intake);
  assert.equal(assertOk(await taken.asks.api.start(taken.id)).status, 'live');
  return taken;
}
