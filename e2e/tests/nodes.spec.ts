// What several nodes are for: one of them goes, and the call goes on.

import { expect, test } from '../harness/fixtures.ts';
import { watchPicture } from '../harness/gaps.ts';
import { Nodes } from '../harness/nodes.ts';
import { Postgres } from '../harness/postgres.ts';
import type { Server } from '../harness/server.ts';
import { type SessionRecord, startCall } from '../harness/session.ts';
import { expectWithin } from '../harness/time-limit.ts';
import { type ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';

/** Milliseconds: a killed node's calls are back. */
const BACK_MS = 10_000;
/** Milliseconds: what goes on without the database has no longer gap than this. */
const UNBROKEN_MS = 2000;
/** Seconds. */
const HOUR = 3600;

function nodesOf(server: Server): Nodes {
  if (!(server instanceof Nodes)) throw new Error('this test is about several nodes');
  return server;
}

/** They end, and the database has their minutes once: neither twice, nor what a home wrote that was one no more. */
async function endOnce(doctor: ParticipantPage, patient: ParticipantPage, server: Server, session: SessionRecord): Promise<void> {
  await doctor.endCall();
  await Promise.all([doctor.expectOut(1000), patient.expectOut(TAKE_BACK_MS + 1000)]);
  const ended = await session.read();
  expect(ended.status).toBe('completed');
  expect(ended.attendee_seconds).toBeGreaterThan(0);
  expect(ended.attendee_seconds).toBeLessThanOrEqual(2 * ((ended.duration_seconds ?? 0) + 1));
  const of = `where practitioner_id = (select practitioner_id from session where id = '${session.id}')`;
  const kept = `select (select sum(attended) from usage ${of}) = (select sum(attended) from session ${of} and status = 'completed')`;
  expect(nodesOf(server).ask(kept), 'the sums that are kept').toEqual(['t']);
  const ends = `select count(*) from outbox where session_id = '${session.id}' and type = 'appointment.consultation.completed'`;
  expect(nodesOf(server).ask(ends)).toEqual(['1']);
}

async function chat(from: ParticipantPage, to: ParticipantPage, text: string): Promise<void> {
  if (!(await from.getByTestId('chat-input').isVisible())) await from.getByTestId('toggle-chat').click();
  await from.getByTestId('chat-input').fill(text);
  await from.getByTestId('chat-send').click();
  if (!(await to.getByTestId('chat-input').isVisible())) await to.getByTestId('toggle-chat').click();
  await expect(to.page.getByText(text).first()).toBeVisible();
}

test('the home of a call is killed: both see each other again, and nothing is lost', async ({ doctor, patient, server }) => {
  const session = await startCall(doctor, patient);
  const before = await session.read();
  const [gaps, home] = [await Promise.all([watchPicture(doctor), watchPicture(patient)]), nodesOf(server).home(before.id)];

  await home.kill();
  const killedAt = performance.now();
  await expect.poll(() => nodesOf(server).home(before.id) !== home, { timeout: BACK_MS }).toBe(true);
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  expectWithin(BACK_MS, performance.now() - killedAt, 'both are back');
  console.log(`killed: no picture for ${(await Promise.all(gaps.map((gap) => gap()))).map(Math.round).join(' and ')} ms`);

  const after = await session.read();
  expect(after).toMatchObject({ status: 'in_progress', started_at: before.started_at });
  expect(after.participants.map(({ id }) => id).sort()).toEqual(before.participants.map(({ id }) => id).sort());
  await home.start();
});

test('the home of a call is stopped: the other node goes on with it', async ({ doctor, patient, server }) => {
  const session = await startCall(doctor, patient);
  const { id } = await session.read();
  const [gaps, home] = [await Promise.all([watchPicture(doctor), watchPicture(patient)]), nodesOf(server).home(id)];
  await home.stop();
  expect(nodesOf(server).home(id)).not.toBe(home);
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  console.log(`stopped: no picture for ${(await Promise.all(gaps.map((gap) => gap()))).map(Math.round).join(' and ')} ms`);
  expect(home.log).toContain('other nodes have the calls');
  await home.start();
});

test('the home of a call stands still for half a minute: the call goes on elsewhere, and it writes nothing late', async ({
  doctor,
  patient,
  server,
}) => {
  const session = await startCall(doctor, patient);
  const { id } = await session.read();
  const home = nodesOf(server).home(id);
  home.freeze(true);
  const frozenAt = performance.now();
  try {
    await expect.poll(() => nodesOf(server).home(id) !== home, { timeout: 40_000 }).toBe(true);
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    console.log(`frozen: both were back after ${Math.round(performance.now() - frozenAt)} ms`);
    // The fault itself: long enough for the others to take it for gone, and to write what it may not undo.
    await doctor.page.waitForTimeout(Math.max(0, 30_000 - (performance.now() - frozenAt)));
  } finally {
    home.freeze(false);
  }
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  expect(nodesOf(server).home(id)).not.toBe(home);
  await endOnce(doctor, patient, server, session);
});

const onItsOwn = test.extend<{ postgres: Postgres }>({
  postgres: async ({}, use) => {
    const postgres = Postgres.start();
    await use(postgres);
    postgres.dispose();
  },
  arrangement: async ({ postgres }, use) => use({ postgres: postgres.url }),
});

onItsOwn('PostgreSQL dies in the middle of a call: picture and sound go on, and with it everything else', async ({
  doctor,
  patient,
  server,
  postgres,
}) => {
  const session = await startCall(doctor, patient);
  const before = await session.read();
  const [gaps, home] = [await Promise.all([watchPicture(doctor), watchPicture(patient)]), nodesOf(server).home(session.id)];
  postgres.crash();
  // The fault itself: longer than leases last.
  await doctor.page.waitForTimeout(5000);
  postgres.revive();
  await expect.poll(async () => (await fetch(`${server.url}/ready`)).status, { message: 'the balancer has nodes again' }).toBe(200);
  await chat(doctor, patient, 'Do you hear me?');
  await chat(patient, doctor, 'All the while.');
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  for (const gap of gaps) expectWithin(UNBROKEN_MS, await gap(), 'the longest time without a picture');
  expect(nodesOf(server).home(session.id), 'nobody took the call over').toBe(home);
  expect(await session.read()).toMatchObject({ status: 'in_progress', started_at: before.started_at });
  await endOnce(doctor, patient, server, session);
});

test.describe('a node that cannot reach the database', () => {
  test.use({ arrangement: { roads: true } });

  test('keeps the calls that it has, and whoever is there comes anew once it is back', async ({ doctor, patient, server }) => {
    const session = await startCall(doctor, patient);
    const nodes = nodesOf(server);
    const [gaps, home] = [await Promise.all([watchPicture(doctor), watchPicture(patient)]), nodes.home(session.id)];
    nodes.reach(home, false);
    // The fault itself: the others take the node for gone after ten seconds.
    await expect.poll(() => nodes.ask('select count(*) from node')).toEqual(['2']);
    await doctor.page.waitForTimeout(2000);
    for (const gap of gaps) expectWithin(UNBROKEN_MS, await gap(), 'the longest time without a picture');
    expect(nodes.home(session.id)).toBe(home);
    nodes.reach(home, true);
    await expect.poll(() => nodes.ask('select count(*) from node')).toEqual(['3']);
    await chat(doctor, patient, 'Do you hear me?');
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    await endOnce(doctor, patient, server, session);
  });

  test('leaves a call to the node that somebody joins at: both meet there, and what it saw later does not count', async ({
    doctor,
    patient,
    server,
  }) => {
    const session = await startCall(doctor, patient);
    const [nodes, before] = [nodesOf(server), await session.read()];
    const home = nodes.home(session.id);
    nodes.reach(home, false);
    await expect.poll(async () => (await fetch(`${home.url}/ready`)).status).toBe(503);
    await patient.page.reload();
    await Promise.all([patient.expectInCallWith(doctor), doctor.expectInCallWith(patient)]);
    expect(nodes.home(session.id)).not.toBe(home);
    nodes.reach(home, true);
    await expect.poll(async () => (await fetch(`${home.url}/ready`)).status).toBe(200);
    await chat(doctor, patient, 'Do you hear me?');
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    expect(nodes.home(session.id)).not.toBe(home);
    const after = await session.read();
    expect(after.participants.map(({ id }) => id).sort()).toEqual(before.participants.map(({ id }) => id).sort());
    await endOnce(doctor, patient, server, session);
  });
});

test.describe('nodes whose clocks are an hour off', () => {
  test.use({ arrangement: { ahead: [HOUR, -HOUR, HOUR] } });

  test('go by that of the database: a whole call, with its times', async ({ doctor, patient, server }) => {
    const began = Date.now();
    const session = await startCall(doctor, patient);
    await chat(doctor, patient, 'Do you hear me?');
    await endOnce(doctor, patient, server, session);
    const { started_at, ended_at } = await session.read();
    for (const at of [started_at, ended_at]) {
      expect(Date.parse(String(at))).toBeGreaterThan(began - 1000);
      expect(Date.parse(String(at))).toBeLessThan(Date.now() + 1000);
    }
    for (const node of nodesOf(server).nodes) expect(node.log).toContain('clock is not that of the database');
  });
});
