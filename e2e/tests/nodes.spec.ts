// What several nodes are for: one of them goes, and the call goes on.

import { expect, test } from '../harness/fixtures.ts';
import { Nodes } from '../harness/nodes.ts';
import type { Server } from '../harness/server.ts';
import { startCall } from '../harness/session.ts';
import { expectWithin } from '../harness/time-limit.ts';
import { type ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';

/** Milliseconds: a killed node's calls are back. */
const BACK_MS = 10_000;

function nodesOf(server: Server): Nodes {
  if (!(server instanceof Nodes)) throw new Error('this test is about several nodes');
  return server;
}

/** From now on the page notes the longest time without a new frame of the other's picture. */
async function watchGap(party: ParticipantPage): Promise<() => Promise<number>> {
  const video = party.getByTestId('remote-video');
  await party.page.evaluate(() => {
    const seen = { longest: 0, last: performance.now(), frames: -1 };
    Object.assign(window, { seenFrames: seen });
    setInterval(() => {
      const element = document.querySelector('[data-testid="remote-video"]');
      const shown = element?.matches('video') ? element : element?.querySelector('video');
      const frames = (shown as HTMLVideoElement | null)?.getVideoPlaybackQuality().totalVideoFrames ?? -1;
      const now = performance.now();
      if (frames !== seen.frames && frames > 0) {
        seen.longest = Math.max(seen.longest, now - seen.last);
        [seen.last, seen.frames] = [now, frames];
      }
    }, 20);
  });
  await expect(video).toBeVisible();
  return () =>
    party.page.evaluate(() => {
      const { longest, last } = (window as unknown as { seenFrames: { longest: number; last: number } }).seenFrames;
      return Math.max(longest, performance.now() - last);
    });
}

test('the home of a call is killed: both see each other again, and nothing is lost', async ({ doctor, patient, server }) => {
  const session = await startCall(doctor, patient);
  const before = await session.read();
  const [gaps, home] = [await Promise.all([watchGap(doctor), watchGap(patient)]), nodesOf(server).home(before.id)];

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
  const [gaps, home] = [await Promise.all([watchGap(doctor), watchGap(patient)]), nodesOf(server).home(id)];
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
  await doctor.endCall();
  await Promise.all([doctor.expectOut(1000), patient.expectOut(TAKE_BACK_MS + 1000)]);
  const ended = await session.read();
  expect(ended.attendee_seconds).toBeLessThanOrEqual(2 * ((ended.duration_seconds ?? 0) + 1));
});
