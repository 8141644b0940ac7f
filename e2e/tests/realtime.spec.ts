// The realtime channel as a program meets it: the stock Socket.IO client, no browser.

import { io, type Socket } from 'socket.io-client';

import { Account } from '../harness/api.ts';
import type { Server } from '../harness/server.ts';
import { expect, test } from '../harness/fixtures.ts';

interface Told {
  session: { id: string; status: string; notes: string | null; participants: { id: string; role: string }[] };
  participant_id: string | null;
}

test('a token that is none gets no connection', async ({ server }) => {
  for (const auth of [{}, { token: '' }, { token: 'eyJhbGciOiJub25lIn0.e30.' }, { token: 7 }]) {
    const socket = open(server, auth);
    const error = await next<Error>(socket, 'connect_error');
    expect(error.message).toBe('unauthorized');
    socket.close();
  }
});

test('both parties are told the state, then what becomes of it', async ({ server }) => {
  const [doctor, patient] = await Promise.all([Account.logIn(server, 'doctor'), Account.logIn(server, 'patient')]);
  const [hers, his] = [open(server, doctor.auth), open(server, patient.auth)];
  const [state, same] = await Promise.all([next<Told>(hers, 'state'), next<Told>(his, 'state')]);
  expect(state.session.status).toBe('scheduled');
  expect(same.session.id).toBe(state.session.id);
  const session = `/sessions/${state.session.id}`;

  const waiting = next<Told>(hers, 'waiting');
  const joined = await patient.post<{ participant_id: string }>(`${session}/join`);
  expect((await waiting).participant_id).toBe(joined.participant_id);

  const there = next<Told>(hers, 'joined');
  expect(await his.emitWithAck('enter', { session_id: state.session.id })).toEqual({ ok: true });
  expect((await there).participant_id).toBe(joined.participant_id);

  // Answers do not wait for events: the doctor's own coming is told first.
  const doctorIn = next<Told>(his, 'admitted');
  await doctor.post(`${session}/join`);
  await doctorIn;
  const admitted = next<Told>(his, 'admitted');
  await doctor.post(`${session}/admit`, { participant_id: joined.participant_id });
  expect((await admitted).session.participants).toHaveLength(2);

  // Whatever a payload says, the sender is who the token says.
  const heard = next<Record<string, unknown>>(hers, 'media-state');
  const lie = { participant_id: 'somebody-else', microphone: false, camera: true, screen: false };
  his.emit('media-state', { session_id: state.session.id, ...lie });
  expect((await heard)).toMatchObject({ participant_id: joined.participant_id, microphone: false });

  const left = next<Told>(hers, 'left');
  his.close();
  expect((await left).participant_id).toBe(joined.participant_id);

  const ended = next<Told>(hers, 'ended');
  await doctor.post(`${session}/end`);
  expect(['completed', 'no_show']).toContain((await ended).session.status);
  hers.close();
});

test('nobody enters or speaks in a session that is not his', async ({ server }) => {
  const [admin, doctor] = await Promise.all([Account.logIn(server, 'admin'), Account.logIn(server, 'doctor')]);
  const own = open(server, doctor.auth);
  const { session } = await next<Told>(own, 'state');
  const stranger = await admin.newcomer(server);
  const socket = open(server, stranger.auth);
  await next(socket, 'connect');
  expect(await socket.emitWithAck('enter', { session_id: session.id })).toEqual({ ok: false, code: 'not_found' });
  expect(await socket.emitWithAck('enter', { session_id: 5 })).toMatchObject({ ok: false, code: 'invalid' });
  expect(await socket.emitWithAck('enter', 'nonsense')).toMatchObject({ ok: false, code: 'invalid' });
  await doctor.post(`/sessions/${session.id}/join`);
  let heard = false;
  own.on('media-state', () => (heard = true));
  socket.emit('media-state', { session_id: session.id, microphone: true, camera: true, screen: true });
  // Events of one socket are answered in order enough to know that the one before was looked at.
  expect(await socket.emitWithAck('leave', { session_id: session.id })).toEqual({ ok: true });
  expect(heard).toBe(false);
  own.close();
  socket.close();
});

test('a socket that goes while it enters leaves no ghost', async ({ server }) => {
  const doctor = await Account.logIn(server, 'doctor');
  const own = open(server, doctor.auth);
  const { session } = await next<Told>(own, 'state');
  await doctor.post(`/sessions/${session.id}/join`);
  for (let round = 0; round < 40; round++) {
    const socket = open(server, doctor.auth);
    await next(socket, 'connect');
    socket.emit('enter', { session_id: session.id });
    if (round % 2) await new Promise((resolve) => setImmediate(resolve));
    socket.close();
  }
  await expect
    .poll(async () => (await doctor.session(session.id)).participants.map((it) => it.connected))
    .toEqual([false]);
  own.close();
});

test('a disabled account is cut off', async ({ server }) => {
  const admin = await Account.logIn(server, 'admin');
  const newcomer = await admin.newcomer(server);
  const socket = open(server, newcomer.auth);
  await next(socket, 'connect');
  const cut = next(socket, 'disconnect');
  await admin.patch(`/users/${newcomer.id}`, { disabled: true });
  await cut;
  await expect(newcomer.get('/me')).rejects.toThrow('401');
  socket.close();
});

/** What the next event of this name brings. */
function next<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve) => socket.once(event, resolve));
}

function open(server: Server, auth: object): Socket {
  return io(`${server.url}/v1`, { auth, reconnection: false, forceNew: true });
}
