// The people of counselling, and sessions of theirs: rows of its own database.

import assert from 'node:assert/strict';

import { Application, ids, minutesFromNow, server } from '../common/application.js';
import { videoCalls } from './front-end.js';

export const counselling = new Application('counselling', 'userId');

export function person(role, id = ids.prefixed(`${role}_`), name = `A ${role}`) {
  const someone = counselling.person(id, role, name);
  return { ...someone, calls: videoCalls(server, someone.token) };
}

export const admin = () => person('admin');

/** Two people and a session that may start now, made known by the dialect's own route. */
export async function registered(more = {}, id = ids.prefixed('sess_')) {
  const [client, psychologist] = [person('client'), person('psychologist')];
  const row = rowOf({ client, psychologist }, more);
  const session = assertSuccess(await admin().calls.register(id, row));
  return { id, client, psychologist, row, session };
}

export function rowOf({ client, psychologist }, more = {}) {
  return {
    clientId: client.id,
    psychologistId: psychologist.id,
    sessionDate: minutesFromNow(-1),
    durationMinutes: 50,
    paymentStatus: 'Paid',
    clientName: 'Cleo Client',
    psychologistName: 'Dr. Psyche',
    ...more,
  };
}

/** The same, booked by the back end with the canonical API. */
export async function booked(more = {}, id = ids.prefixed('sess_')) {
  const [client, psychologist] = [person('client'), person('psychologist')];
  const appointment = await counselling.book(id, psychologist, client, more);
  return { id: String(id), client, psychologist, appointment };
}

export function assertSuccess({ status, data }) {
  assert.ok(status === 200 || status === 201, `${status} ${JSON.stringify(data)}`);
  assert.equal(data.success, true);
  assert.equal(typeof data.message, 'string');
  return data.session;
}

export function assertFailure({ status, data }, expected) {
  assert.equal(status, expected, JSON.stringify(data));
  assert.equal(data.success, false);
  assert.equal(typeof data.error, 'string');
  return data.error;
}
