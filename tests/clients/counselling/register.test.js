// Counselling: the application makes its sessions known, by their ids in its own database.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ids, minutesFromNow } from '../common/application.js';
import { admin, assertFailure, assertSuccess, person, registered, rowOf } from './sessions.js';

const instant = (text) => new Date(text).getTime();

test('a session that is not known is made, by an administrator or the psychologist', async () => {
  const [client, psychologist] = [person('client'), person('psychologist')];
  for (const { calls } of [admin(), psychologist]) {
    const [id, row] = [ids.prefixed('sess_'), rowOf({ client, psychologist })];
    if (calls === psychologist.calls) row.sessionDate = minutesFromNow(600);
    const session = assertSuccess(await calls.register(id, row));
    assert.equal(session.id, id);
    assert.equal(session.client.id, client.id);
    assert.equal(session.psychologist.id, psychologist.id);
    assert.equal(instant(session.sessionDate), instant(row.sessionDate));
    assert.equal(assertSuccess(await client.calls.session(id)).id, id);
  }
});

test('people whom nobody has seen yet have the names that the row gave, until they sign in', async () => {
  const { id, client, session } = await registered();
  assert.equal(session.client.name, 'Cleo Client');
  assert.equal(session.psychologist.name, 'Dr. Psyche');
  const seen = assertSuccess(await client.calls.session(id));
  assert.equal(seen.client.name, client.name);
});

for (const paymentStatus of ['Confirmed', 'Paid', 'Verified']) {
  test(`paid, as ${paymentStatus}: it is Confirmed, may start, and has that word back`, async () => {
    const { id, psychologist, session } = await registered({ paymentStatus });
    assert.equal(session.status, 'Confirmed');
    assert.equal(session.paymentStatus, paymentStatus);
    assert.equal(assertSuccess(await psychologist.calls.start(id)).paymentStatus, paymentStatus);
  });
}

test('a payment that is verified later is told by the same route', async () => {
  const { id, psychologist, row, session } = await registered({ paymentStatus: 'Pending' });
  assert.equal(session.status, 'Pending');
  assert.match(assertFailure(await psychologist.calls.start(id), 400), /payment.*confirmed/i);
  const paid = assertSuccess(await admin().calls.register(id, { ...row, paymentStatus: 'Verified' }));
  assert.equal(paid.status, 'Confirmed');
  assert.equal(paid.paymentStatus, 'Verified');
  assertSuccess(await psychologist.calls.start(id));
});

test('a row without a word of payment needs none', async () => {
  const { session } = await registered({ paymentStatus: undefined });
  assert.equal(session.status, 'Confirmed');
});

test('a session that is known is changed: another time, another length', async () => {
  const { id, psychologist, row } = await registered();
  const sessionDate = minutesFromNow(120);
  const moved = assertSuccess(await psychologist.calls.register(id, { ...row, sessionDate, durationMinutes: '80' }));
  assert.equal(moved.id, id);
  assert.equal(instant(moved.sessionDate), instant(sessionDate));
  const again = assertSuccess(await psychologist.calls.register(id, { ...row, sessionDate, durationMinutes: 80 }));
  assert.equal(again.id, id);
});

test('numbers are ids, too', async () => {
  const [client, psychologist] = [person('client', ids.number()), person('psychologist', ids.number())];
  const id = ids.number();
  const session = assertSuccess(await admin().calls.register(id, rowOf({ client, psychologist })));
  assert.equal(session.id, String(id));
  assert.equal(session.client.id, String(client.id));
  assert.equal(assertSuccess(await client.calls.session(id)).psychologist.id, String(psychologist.id));
});

test('ids with characters that a URL must escape are ids like others', async () => {
  const [client, psychologist] = [person('client', ids.awkward('c')), person('psychologist', ids.awkward('p'))];
  const id = ids.awkward('sess');
  const session = assertSuccess(await admin().calls.register(id, rowOf({ client, psychologist })));
  assert.equal(session.id, id);
  assert.equal(session.client.id, client.id);
  assert.equal(assertSuccess(await psychologist.calls.start(id)).status, 'In Progress');
});

test('nobody else makes or changes a session', async () => {
  const { id, client, row } = await registered();
  for (const { calls } of [client, person('psychologist'), person('client')]) {
    assertFailure(await calls.register(id, { ...row, durationMinutes: 30 }), 403);
    assertFailure(await calls.register(ids.prefixed('sess_'), row), 403);
  }
});

for (const [kind, wrong] of Object.entries({
  'no client': { clientId: undefined },
  'a time that is none': { sessionDate: 'tomorrow' },
  'a length in words': { durationMinutes: '30 minutes' },
  'a length that is no number': { durationMinutes: 'NaN' },
  'a word of payment that nobody knows': { paymentStatus: 'perhaps' },
})) {
  test(`a row with ${kind} is refused with a sentence at the field, and nothing is made`, async () => {
    const [client, psychologist] = [person('client'), person('psychologist')];
    const id = ids.prefixed('sess_');
    const answer = await admin().calls.register(id, rowOf({ client, psychologist }, wrong));
    assert.ok([400, 422].includes(answer.status), `${answer.status} ${JSON.stringify(answer.data)}`);
    const error = assertFailure(answer, answer.status);
    assert.match(JSON.stringify(answer.data), new RegExp(Object.keys(wrong)[0]));
    assert.doesNotMatch(error, /\b[ui](8|16|32|64)\b|struct |EOF/);
    assertFailure(await client.calls.session(id), 404);
  });
}
