// Counselling: the routes of a call, by the application's own id of the session.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Application, ids, minutesFromNow, server, UTC, UUID } from '../common/application.js';
import { videoCalls } from './front-end.js';
import { admin, assertFailure, assertSuccess, booked, counselling, person } from './sessions.js';

const FIELDS = ['status', 'paymentStatus', 'videoCallStarted', 'videoCallEnded', 'duration', 'sessionDate'];
const MORE_FIELDS = ['id', 'client', 'psychologist', 'meetingLink', 'statistics', 'canStart'];
const unpaid = { payment_required: true };

test('a session has every field that the page reads', async () => {
  const { id, client, appointment } = await booked();
  const session = assertSuccess(await client.calls.session(id));
  for (const field of [...FIELDS, ...MORE_FIELDS]) assert.ok(field in session, field);
  assert.equal(session.status, 'Confirmed');
  assert.equal(new Date(session.sessionDate).getTime(), new Date(appointment.starts_at).getTime());
  assert.match(session.sessionDate, UTC);
  for (const field of ['videoCallStarted', 'videoCallEnded', 'duration']) assert.equal(session[field], null, field);
  assert.match(session.meetingLink, /^https?:\/\//);
  assert.equal(session.canStart, true);
});

for (const [kind, make] of Object.entries({
  UUID: ids.uuid,
  number: ids.number,
  'prefixed text': () => ids.prefixed('sess_'),
  'text that a URL must escape': () => ids.awkward('sess'),
})) {
  test(`a session's id is the application's own, in routes and answers: ${kind}`, async () => {
    const { id, client, psychologist } = await booked({}, make());
    const answers = [await client.calls.session(id), await psychologist.calls.start(id), await client.calls.end(id)];
    for (const session of answers.map(assertSuccess)) {
      assert.equal(session.id, id);
    }
  });
}

test("the server's own id of the session is taken, too, and the answer has theirs", async () => {
  const { id, client, appointment } = await booked();
  assert.equal(assertSuccess(await client.calls.session(appointment.session_id)).id, id);
});

test("client and psychologist have the application's own ids, before anybody was ever here", async () => {
  const { id, client, psychologist } = await booked();
  const session = assertSuccess(await admin().calls.session(id));
  assert.equal(session.client.id, client.id);
  assert.equal(session.client.name, client.name);
  assert.equal(session.psychologist.id, psychologist.id);
  assert.equal(session.psychologist.name, psychologist.name);
});

test("the server's own ids stand beside them", async () => {
  const { id, client, appointment } = await booked();
  const session = assertSuccess(await client.calls.session(id));
  assert.equal(session.openvisit_session_id, appointment.session_id);
  assert.equal(session.openvisit_appointment_id, appointment.id);
  assert.match(session.client.openvisit_id, UUID);
});

for (const who of ['client', 'psychologist', 'admin']) {
  test(`the ${who} may start: it is In Progress, and when it began is kept`, async () => {
    const made = await booked();
    const { calls } = who === 'admin' ? admin() : made[who];
    const session = assertSuccess(await calls.start(made.id));
    assert.equal(session.status, 'In Progress');
    assert.match(session.videoCallStarted, UTC);
    assert.equal(session.videoCallEnded, null);
  });

  test(`the ${who} may end: it is Completed, with its duration`, async () => {
    const made = await booked();
    await made.psychologist.calls.start(made.id);
    const { calls } = who === 'admin' ? admin() : made[who];
    const session = assertSuccess(await calls.end(made.id));
    assert.equal(session.status, 'Completed');
    assert.match(session.videoCallEnded, UTC);
    assert.equal(session.duration, 0);
  });

  test(`the ${who} may read, with statistics of who was there`, async () => {
    const made = await booked();
    await made.psychologist.calls.start(made.id);
    const { calls } = who === 'admin' ? admin() : made[who];
    const { statistics } = assertSuccess(await calls.session(made.id));
    for (const one of statistics.participants) {
      assert.equal(typeof one.connectedSeconds, 'number');
      assert.equal(typeof one.reconnects, 'number');
    }
  });
}

test('a start of what is in progress is no error, and when it began stays', async () => {
  const { id, client, psychologist } = await booked();
  const first = assertSuccess(await psychologist.calls.start(id));
  const second = assertSuccess(await client.calls.start(id));
  assert.equal(second.status, 'In Progress');
  assert.equal(second.videoCallStarted, first.videoCallStarted);
});

test('without payment it is Pending and cannot start: the sentence says that payment comes first', async () => {
  const { id, client, psychologist } = await booked(unpaid);
  for (const { calls } of [client, psychologist, admin()]) {
    const session = assertSuccess(await calls.session(id));
    assert.equal(session.status, 'Pending');
    assert.equal(session.canStart, false);
    assert.match(session.cannotStartReason, /payment/i);
    assert.match(assertFailure(await calls.start(id), 400), /payment.*confirmed/i);
  }
});

test('once the payment is confirmed it is Confirmed and may start', async () => {
  const { id, psychologist, appointment } = await booked(unpaid);
  await counselling.api('POST', `/appointments/${appointment.id}/payment`, { status: 'confirmed' });
  const session = assertSuccess(await psychologist.calls.session(id));
  assert.equal(session.status, 'Confirmed');
  assert.equal(session.paymentStatus, 'Confirmed');
  assert.equal(session.canStart, true);
  assertSuccess(await psychologist.calls.start(id));
});

test('an end of what never started completes it with duration 0, and warns', async () => {
  const { id, psychologist } = await booked();
  const answer = await psychologist.calls.end(id);
  const session = assertSuccess(answer);
  assert.equal(session.status, 'Completed');
  assert.equal(session.duration, 0);
  assert.ok(answer.data.warnings.length > 0);
});

test('a call of less than a minute is kept, with a warning', async () => {
  const { id, psychologist, client } = await booked();
  await psychologist.calls.start(id);
  const answer = await client.calls.end(id);
  assert.equal(assertSuccess(answer).duration, 0);
  assert.match(answer.data.warnings.join(), /minute/);
});

test('an end of what has ended is no error, or a refusal that changes nothing', async () => {
  const { id, psychologist, client } = await booked();
  await psychologist.calls.start(id);
  const first = assertSuccess(await psychologist.calls.end(id));
  await client.calls.end(id);
  assert.equal(assertSuccess(await client.calls.session(id)).videoCallEnded, first.videoCallEnded);
});

test('a move that is not allowed is refused, and says the present status, the asked one and the allowed ones', async () => {
  const { id, psychologist } = await booked();
  await psychologist.calls.start(id);
  await psychologist.calls.end(id);
  const error = assertFailure(await psychologist.calls.start(id), 400);
  assert.match(error, /Completed/);
  assert.match(error, /In Progress/);
  assert.match(error, /allowed|no /i);
});

test('a cancelled session is Cancelled, and neither starts nor ends', async () => {
  const { id, client, appointment } = await booked();
  await counselling.api('POST', `/appointments/${appointment.id}/cancel`, {});
  assert.equal(assertSuccess(await client.calls.session(id)).status, 'Cancelled');
  assert.match(assertFailure(await client.calls.start(id), 400), /Cancelled.*In Progress|In Progress.*Cancelled/s);
  assert.match(assertFailure(await client.calls.end(id), 400), /Cancelled.*Completed|Completed.*Cancelled/s);
});

test('anybody else of the application may neither start nor end nor read: 403', async () => {
  const { id } = await booked();
  for (const { calls } of [person('client'), person('psychologist')]) {
    assertFailure(await calls.start(id), 403);
    assertFailure(await calls.end(id), 403);
    assertFailure(await calls.session(id), 403);
  }
});

for (const [kind, id] of Object.entries({
  'of nobody': ids.uuid(),
  'that is a path': '../../../v1/users',
  'of 10 kB': 'x'.repeat(10_000),
  'with characters that a URL must escape': ids.awkward('sess'),
})) {
  test(`a session ${kind} is not there: 404`, async () => {
    const { calls } = person('client');
    assertFailure(await calls.session(id), 404);
    assertFailure(await calls.start(id), 404);
    assertFailure(await calls.end(id), 404);
  });
}

test("another application's session of the same id is another's", async () => {
  const { id, client } = await booked();
  const other = new Application('practice');
  const namesake = videoCalls(server, other.token({ sub: client.id, role: 'user', name: 'Somebody else' }));
  assertFailure(await namesake.session(id), 404);
});

test('nobody without a good token is let in', async () => {
  const { id } = await booked();
  for (const token of [undefined, 'nonsense', counselling.token({ userId: 'client_1', role: 'client', exp: 1 })]) {
    const calls = videoCalls(server, token);
    for (const answer of [await calls.start(id), await calls.end(id), await calls.session(id)]) {
      assertFailure(answer, 401);
    }
  }
});

const json = { headers: { 'Content-Type': 'application/json' } };
const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
for (const [kind, sent] of Object.entries({
  'axios.post(url)': [],
  'axios.post(url, undefined)': [undefined],
  'axios.post(url, undefined), as JSON': [undefined, json],
  'axios.post(url, null)': [null],
  'axios.post(url, null), as JSON': [null, json],
  "axios.post(url, '')": [''],
  "axios.post(url, ''), as a form": ['', form],
  'axios.post(url, {})': [{}],
})) {
  test(`start and end take what ${kind} sends`, async () => {
    const { id, psychologist } = await booked();
    assert.equal(assertSuccess(await psychologist.calls.start(id, ...sent)).status, 'In Progress');
    assert.equal(assertSuccess(await psychologist.calls.end(id, ...sent)).status, 'Completed');
  });
}

test('too early is a refusal that says when it opens', async () => {
  const { id, client } = await booked({ starts_at: minutesFromNow(60 * 24 * 3) });
  const session = assertSuccess(await client.calls.session(id));
  assert.equal(session.canStart, false);
  assert.match(session.cannotStartReason, /./);
  const { status, data } = await client.calls.start(id);
  assert.ok(status >= 400 && status < 500);
  assert.equal(data.success, false);
});

test('what one side did, the other reads', async () => {
  const { id, client, psychologist } = await booked();
  assertSuccess(await psychologist.calls.start(id));
  assert.equal(assertSuccess(await client.calls.session(id)).status, 'In Progress');
});
