// The counselling dialect as its front end meets it: the stock Socket.IO client, no browser.

import { writeFile } from 'node:fs/promises';

import { io, type Socket } from 'socket.io-client';

import { Account, type Session } from '../harness/api.ts';
import { Server } from '../harness/server.ts';
import { expect, test as base } from '../harness/fixtures.ts';

const GRACE_SECONDS = 3;

/** A server that does not wait long for who may come back. */
const test = base.extend<{ server: Server }>({
  server: async ({}, use, testInfo) => {
    const settings = testInfo.outputPath('openvisit.toml');
    await writeFile(settings, `reconnect_grace_seconds = ${GRACE_SECONDS}\n`);
    const server = await Server.start(['--demo', '--config', settings]);
    await use(server);
    await server.dispose();
    expect(server.errors(), 'errors in the log of the server').toEqual([]);
  },
});

interface Booked extends Session {
  starts_at: string;
}

interface Status {
  sessionId: string;
  status: string;
  videoCallStarted: string | null;
  videoCallEnded: string | null;
  duration: number | null;
}

interface Member {
  userId: string;
  userType: string;
}

interface Joined {
  success: boolean;
  status: string;
  participants: Member[];
}

test('a call from the first join to the end by itself', async ({ server }) => {
  const [doctor, patient, session] = await people(server);
  const [hers, his] = [open(server, doctor), open(server, patient)];
  // What a payload says of the room and of the person is not believed.
  const room = { roomId: 'my-room', sessionId: session.id, userId: 'somebody', userType: 'psychologist' };

  const first = (await hers.emitWithAck('join-room', room)) as Joined;
  expect(first).toMatchObject({ success: true, status: 'Confirmed', participants: [{ userType: 'psychologist' }] });
  const [joined, started] = [next<Member>(hers, 'user-joined'), next<Status>(hers, 'session-status-updated')];
  const second = (await his.emitWithAck('join-room', room)) as Joined;
  expect(second).toMatchObject({ success: true, status: 'In Progress' });
  expect(second.participants.map((it) => it.userType)).toEqual(['psychologist', 'client']);
  expect(await joined).toMatchObject({ userId: patient.id, userType: 'client' });
  expect(await started).toMatchObject({ sessionId: session.id, status: 'In Progress', videoCallEnded: null });

  const offer = next<object>(his, 'offer');
  hers.emit('offer', { targetUserId: patient.id, offer: { type: 'offer', sdp: 'v=0' }, from: 'somebody' });
  expect(await offer).toMatchObject({ offer: { type: 'offer', sdp: 'v=0' }, from: doctor.id, fromUserId: doctor.id });
  const answer = next<object>(hers, 'answer');
  his.emit('answer', { to: doctor.id, answer: { type: 'answer', sdp: 'v=0' } });
  expect(await answer).toMatchObject({ answer: { type: 'answer' }, from: patient.id });
  const candidate = next<object>(his, 'ice-candidate');
  hers.emit('ice-candidate', { targetUserId: patient.id, candidate: { candidate: 'candidate:1', sdpMLineIndex: 0 } });
  expect(await candidate).toMatchObject({ candidate: { candidate: 'candidate:1' }, from: doctor.id });

  const chat = next<object>(hers, 'chat-message');
  his.emit('chat-message', { message: 'Can you hear me?' });
  expect(await chat).toMatchObject({ message: 'Can you hear me?', sender: { userId: patient.id } });
  const muted = next<object>(hers, 'toggle-audio');
  his.emit('toggle-audio', { enabled: false });
  expect(await muted).toMatchObject({ enabled: false, userId: patient.id });

  const left = next<Member>(hers, 'user-left');
  his.close();
  expect(await left).toMatchObject({ userId: patient.id });
  expect(await hers.emitWithAck('leave-room', room)).toEqual({ success: true });
  await expect.poll(async () => (await doctor.session(session.id)).status).toBe('completed');
  hers.close();
});

test('a reload within the grace goes on, and an end is told to both', async ({ server }) => {
  const [doctor, patient, session] = await people(server);
  const [hers, his] = [open(server, doctor), open(server, patient)];
  const room = { roomId: 'my-room', sessionId: session.id };
  await hers.emitWithAck('join-room', room);
  await his.emitWithAck('join-room', room);
  his.close();
  const again = open(server, patient);
  expect(await again.emitWithAck('join-room', room)).toMatchObject({ success: true, status: 'In Progress' });
  const ends = [hers, again].map((socket) => next<Status>(socket, 'call-ended'));
  await doctor.post(`/sessions/${session.id}/end`);
  for (const ended of await Promise.all(ends)) expect(ended).toMatchObject({ status: 'Completed', sessionId: session.id });
  hers.close();
  again.close();
});

test('a refusal is an error with its code, and nobody without a token is let in', async ({ server }) => {
  const [doctor, , session] = await people(server);
  const nobody = io(server.url, { auth: { token: 'nonsense' }, reconnection: false, forceNew: true });
  expect((await next<Error>(nobody, 'connect_error')).message).toBe('unauthorized');
  nobody.close();
  const admin = await Account.logIn(server, 'admin');
  const socket = open(server, await admin.newcomer(server));
  const error = next<object>(socket, 'error');
  const refused: unknown = await socket.emitWithAck('join-room', { roomId: 'my-room', sessionId: session.id });
  expect(refused).toMatchObject({ success: false, code: 'not_found' });
  expect(await error).toMatchObject({ code: 'not_found' });
  expect((await doctor.session(session.id)).participants).toEqual([]);
  socket.close();
});

/** Both parties of a session that may begin now. */
async function people(server: Server): Promise<[Account, Account, Booked]> {
  const [doctor, patient] = await Promise.all([Account.logIn(server, 'doctor'), Account.logIn(server, 'patient')]);
  const { items } = await doctor.get<{ items: Booked[] }>('/sessions?status=scheduled');
  const session = items.sort((a, b) => a.starts_at.localeCompare(b.starts_at))[0];
  if (!session) throw new Error('there is no session');
  return [doctor, patient, session];
}

/** What the next event of this name brings. */
function next<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve) => socket.once(event, resolve));
}

function open(server: Server, account: Account): Socket {
  return io(server.url, { auth: account.auth, reconnection: false, forceNew: true });
}
