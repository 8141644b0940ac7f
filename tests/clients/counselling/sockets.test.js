// Counselling: two pages signal to each other, and the call starts and ends by itself.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { ids, minutesFromNow, server, until } from '../common/application.js';
import { Signalling } from './front-end.js';
import { assertSuccess, booked, counselling, person } from './sessions.js';

const pages = [];
after(() => pages.forEach((page) => page.close()));

function open({ token }) {
  const page = new Signalling(server, token);
  pages.push(page);
  return page;
}

/** Both in the room: the psychologist's page, the client's, and what the session is called. */
async function callOfTwo(id) {
  const made = await booked({}, id);
  const [hers, his] = [open(made.psychologist), open(made.client)];
  assertJoined(await hers.join(made.id));
  assertJoined(await his.join(made.id));
  await hers.told('session-status-updated', ({ status }) => status === 'In Progress');
  return { ...made, hers, his };
}

function assertJoined(ack) {
  assert.equal(ack.success, true, JSON.stringify(ack));
  return ack;
}

async function becomes({ id, client }, wanted) {
  return until(
    async () => assertSuccess(await client.calls.session(id)),
    ({ status }) => status === wanted,
  );
}

for (const [kind, make] of Object.entries({
  'prefixed text': () => ids.prefixed('sess_'),
  number: ids.number,
  'text that a URL must escape': () => ids.awkward('sess'),
})) {
  test(`a room is found by the application's own id of the session: ${kind}`, async () => {
    const { id, hers } = await callOfTwo(make());
    const told = await hers.told('session-status-updated', ({ status }) => status === 'In Progress');
    assert.equal(told.sessionId, id);
  });
}

test("a number is taken as the session's id as it is", async () => {
  const { id, psychologist } = await booked({}, ids.number());
  assertJoined(await open(psychologist).join(Number(id)));
});

test('the second in the room starts the call by itself, and both are told', async () => {
  const { id, client, psychologist } = await booked();
  const [hers, his] = [open(psychologist), open(client)];
  assertJoined(await hers.join(id));
  assert.equal(assertSuccess(await client.calls.session(id)).status, 'Confirmed');
  assertJoined(await his.join(id));
  const joined = await hers.told('user-joined');
  assert.equal(joined.userId, client.id);
  for (const page of [hers, his]) {
    const told = await page.told('session-status-updated', ({ status }) => status === 'In Progress');
    assert.equal(told.sessionId, id);
    assert.ok(told.videoCallStarted);
  }
  assert.equal(assertSuccess(await client.calls.session(id)).status, 'In Progress');
});

test('a client who comes first is in the room once the psychologist has come', async () => {
  const made = await booked();
  const [his, hers] = [open(made.client), open(made.psychologist)];
  await his.join(made.id);
  assertJoined(await hers.join(made.id));
  await his.told('room-participants', ({ participants }) => participants.length === 2);
  await becomes(made, 'In Progress');
});

test('what the payload says of room and person is not believed', async () => {
  const { id, client, psychologist } = await booked();
  const [hers, his] = [open(psychologist), open(client)];
  assertJoined(await hers.join(id));
  await his.join(id, { roomId: 'somewhere-else', userId: psychologist.id, userType: 'psychologist' });
  const joined = await hers.told('user-joined');
  assert.equal(joined.userId, client.id);
  assert.equal(joined.userType, 'client');
});

test("who is in the room is told by the application's own ids", async () => {
  const { id, client, psychologist, hers } = await callOfTwo();
  const { sessionId, participants } = await hers.told('room-participants', (said) => said.participants.length === 2);
  assert.equal(sessionId, id);
  const shown = participants.map(({ userId, userType }) => ({ userId, userType }));
  assert.deepEqual(
    shown.toSorted((a, b) => a.userType.localeCompare(b.userType)),
    [
      { userId: client.id, userType: 'client' },
      { userId: psychologist.id, userType: 'psychologist' },
    ],
  );
});

test('an unpaid call does not start by itself: both hear why, and nothing changes', async () => {
  const { id, client, psychologist } = await booked({ payment_required: true });
  const [hers, his] = [open(psychologist), open(client)];
  await hers.join(id);
  await his.join(id);
  const heard = await Promise.race([hers.told('error'), his.told('error')]);
  assert.match(heard.message, /payment/i);
  assert.match(heard.code, /payment/);
  assert.equal(assertSuccess(await client.calls.session(id)).status, 'Pending');
});

for (const [event, to, said] of [
  ['offer', 'targetUserId', { offer: { type: 'offer', sdp: 'v=0' } }],
  ['answer', 'to', { answer: { type: 'answer', sdp: 'v=0' } }],
  ['ice-candidate', 'targetUserId', { candidate: { candidate: 'candidate:1', sdpMLineIndex: 0 } }],
]) {
  test(`${event} reaches the one that it names, with its true sender`, async () => {
    const { client, psychologist, hers, his } = await callOfTwo();
    hers.send(event, { [to]: client.id, from: 'somebody', ...said });
    const heard = await his.told(event);
    for (const [key, value] of Object.entries(said)) assert.deepEqual(heard[key], value);
    assert.equal(heard.from, psychologist.id);
    his.send(event, { to: psychologist.id, ...said });
    assert.equal((await hers.told(event)).from, client.id);
  });
}

test('nothing is relayed outside the room', async () => {
  const [one, another] = [await callOfTwo(), await callOfTwo()];
  one.hers.send('offer', { targetUserId: another.client.id, offer: { type: 'offer', sdp: 'v=0' } });
  one.hers.send('chat-message', { message: 'first' });
  await one.his.told('chat-message', ({ message }) => message === 'first');
  // What is said in a room comes in order: had anything leaked, it would be there before this.
  another.hers.send('chat-message', { message: 'second' });
  await another.his.told('chat-message', ({ message }) => message === 'second');
  const leaked = another.his.heard.filter(([event, said]) => event === 'offer' || said?.message === 'first');
  assert.deepEqual(leaked, []);
});

test('a chat message has its sender and its time', async () => {
  const { client, hers, his } = await callOfTwo();
  his.send('chat-message', { message: 'Can you hear me?', sender: 'somebody' });
  const heard = await hers.told('chat-message');
  assert.equal(heard.message, 'Can you hear me?');
  assert.equal(heard.sender.userId, client.id);
  assert.equal(heard.sender.name, client.name);
  assert.ok(!Number.isNaN(new Date(heard.timestamp).getTime()));
});

for (const event of ['toggle-audio', 'toggle-video', 'screen-share']) {
  test(`${event} is told to the other`, async () => {
    const { psychologist, hers, his } = await callOfTwo();
    hers.send(event, { enabled: false });
    const heard = await his.told(event);
    assert.equal(heard.enabled, false);
    assert.equal(heard.userId, psychologist.id);
  });
}

test('who leaves is told to the other, and after the last one the call ends by itself', async () => {
  const made = await callOfTwo();
  assert.equal((await made.his.leave(made.id)).success, true);
  assert.equal((await made.hers.told('user-left')).userId, made.client.id);
  assert.equal(assertSuccess(await made.client.calls.session(made.id)).status, 'In Progress');
  await made.hers.leave(made.id);
  const ended = await becomes(made, 'Completed');
  assert.ok(ended.videoCallEnded);
  assert.equal(ended.duration, 0);
});

test('a socket that breaks off has left, and no ghost stays in the room', async () => {
  const made = await callOfTwo();
  made.his.close();
  assert.equal((await made.hers.told('user-left')).userId, made.client.id);
  const alone = ({ participants }) => participants.length === 1 && participants[0].userId === made.psychologist.id;
  // The room before the client came was like that as well: only what was told afterwards counts.
  made.hers.heard = [];
  const ack = await made.hers.join(made.id);
  assert.ok(alone(ack) || (await made.hers.told('room-participants', alone)));
  made.hers.close();
  await becomes(made, 'Completed');
});

test('a page that is loaded anew comes back into the same call', async () => {
  const made = await callOfTwo();
  const began = assertSuccess(await made.client.calls.session(made.id)).videoCallStarted;
  made.hers.close();
  made.his.close();
  const [again, his] = [open(made.psychologist), open(made.client)];
  assertJoined(await again.join(made.id));
  assertJoined(await his.join(made.id));
  await again.told('room-participants', ({ participants }) => participants.length === 2);
  const session = assertSuccess(await made.client.calls.session(made.id));
  assert.equal(session.status, 'In Progress');
  assert.equal(session.videoCallStarted, began);
});

test('a socket in two rooms that breaks off has left both', async () => {
  const first = await booked();
  const second = await booked({ starts_at: minutesFromNow(10), duration_minutes: 30 });
  const other = person('psychologist');
  const joint = await counselling.book(ids.prefixed('sess_'), other, second.client, {
    starts_at: minutesFromNow(-1),
    duration_minutes: 5,
  });
  const [hers, theirs, his] = [open(second.psychologist), open(other), open(second.client)];
  assertJoined(await hers.join(second.id));
  assertJoined(await theirs.join(joint.external_id));
  assertJoined(await his.join(joint.external_id));
  assertJoined(await his.join(second.id));
  his.close();
  assert.equal((await hers.told('user-left')).userId, second.client.id);
  assert.equal((await theirs.told('user-left')).userId, second.client.id);
  assert.equal(assertSuccess(await first.client.calls.session(first.id)).status, 'Confirmed');
});

test('an end by the route is told to both pages at once', async () => {
  const { id, client, hers, his } = await callOfTwo();
  assertSuccess(await client.calls.end(id));
  for (const page of [hers, his]) {
    assert.equal((await page.told('call-ended')).sessionId, id);
    const told = await page.told('session-status-updated', ({ status }) => status === 'Completed');
    assert.equal(told.sessionId, id);
    assert.ok(told.videoCallEnded);
    assert.equal(told.duration, 0);
  }
});

test('a session that is not there, or not theirs, is an error with its code', async () => {
  const { id } = await booked();
  const page = open(person('client'));
  for (const wrong of [id, ids.prefixed('sess_'), ids.uuid(), 'x'.repeat(5_000), '', null]) {
    page.heard = [];
    const ack = await page.join(wrong);
    assert.equal(ack.success, false);
    const { message, code } = await page.told('error');
    assert.ok(message && code);
  }
});

for (const token of [undefined, 'nonsense', counselling.token({ userId: 'client_1', role: 'client', exp: 1 })]) {
  test(`nobody connects with ${token ? `a token such as ${token.slice(0, 8)}…` : 'no token'}`, async () => {
    const page = open({ token });
    const error = await new Promise((resolve) => page.socket.once('connect_error', resolve));
    assert.ok(error.message);
    assert.equal(page.socket.connected, false);
  });
}
