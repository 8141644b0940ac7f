// What is LiveKit's own: its webhooks make the attendance, and it may fail by itself.

import { spawnSync } from 'node:child_process';

import { LiveKit } from '../harness/livekit.ts';
import { type ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';
import { binary } from '../harness/server.ts';
import { expect, test } from '../harness/fixtures.ts';
import { type SessionRecord, startCall, sessionOf } from '../harness/session.ts';

interface Joined {
  media: { token: string } | null;
}

/** Frames of the other's picture that make a talk of some seconds. */
const TALK = 60;

test.describe('what LiveKit tells', () => {
  test.use({ settings: { OPENVISIT_RECONNECT_GRACE_SECONDS: '1' } });

  // By their realtime channel the pages would tell of themselves, too.
  test.beforeEach(async ({ doctor, patient }) => {
    for (const { context } of [doctor, patient]) {
      await context.route('**/socket.io/**', (route) => route.abort());
      await context.routeWebSocket('**/socket.io/**', (socket) => socket.close());
    }
  });

  test('makes the minutes, and the end when both have gone', async ({ doctor, patient }) => {
    const session = await startCall(doctor, patient);
    await talk(doctor);
    // Gone without a word: nobody but LiveKit can tell.
    await patient.page.close();
    await expect.poll(async () => (await session.participants()).get('client')?.connected).toBe(false);
    expect((await session.participants()).get('practitioner')?.connected).toBe(true);
    await doctor.page.close();
    await expectMinutes(session);
  });

  test('makes the same session when it comes twice, late and backwards', async ({ doctor, patient, livekit }) => {
    const { webhooks } = given(livekit);
    webhooks.holding = true;
    const session = await startCall(doctor, patient);
    await talk(doctor);
    expect((await session.read()).status, 'nothing was told').toBe('waiting');
    await Promise.all([doctor.leaveCall(), patient.leaveCall()]);
    const gone = () => webhooks.held.filter(({ body }) => body.includes('"participant_left"')).length;
    await expect.poll(gone, { message: 'both have left' }).toBe(2);
    expect((await session.read()).started_at, 'nothing was told').toBeNull();
    await webhooks.deliverBackwardsAndTwice();
    await expectMinutes(session);
  });
});

test('a LiveKit that cannot be reached is told clearly, and is tried again', async ({ doctor, patient, livekit }) => {
  await Promise.all([doctor.enter(), patient.enter()]);
  await given(livekit).kill();
  await doctor.join();
  await expect(doctor.page.getByRole('alert')).toBeVisible();
  await given(livekit).start();
  await expect(async () => {
    if (await doctor.getByTestId('join').isVisible()) await doctor.join();
    await expect(doctor.getByTestId('call')).toBeVisible({ timeout: 10_000 });
  }).toPass();
});

test.describe('a LiveKit that is killed and started again', () => {
  test.use({ settings: { OPENVISIT_RECONNECT_GRACE_SECONDS: '10' } });

  test('has both back, and believes neither to be there twice', async ({ doctor, patient, livekit }) => {
    const session = await startCall(doctor, patient);
    await given(livekit).kill();
    await given(livekit).start();
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    expect((await session.read()).status).toBe('in_progress');
    expect((await session.participants()).size).toBe(2);
    await Promise.all([doctor.leaveCall(), patient.leaveCall()]);
    const there = async () => [...(await session.participants()).values()].filter(({ connected }) => connected).length;
    await expect.poll(there, { message: 'nobody is there' }).toBe(0);
  });
});

test('the end closes the room, and no token of before opens it again', async ({ doctor, patient, livekit }) => {
  const { address } = given(livekit);
  const answer = patient.page.waitForResponse(async (response) => {
    return response.url().endsWith('/join') && ((await response.json()) as Joined).media !== null;
  });
  await startCall(doctor, patient);
  const { media } = (await (await answer).json()) as Joined;
  const lookUp = async () => (await fetch(`${address}/rtc/validate?access_token=${media?.token}`)).status;
  expect(await lookUp()).toBe(200);
  await patient.endCall();
  await Promise.all([doctor.expectOut(TAKE_BACK_MS + 1000), patient.expectOut(1000)]);
  await expect.poll(lookUp, { message: 'the room is gone' }).toBe(404);
});

test('an operator is told that it works, or why it does not', async ({ livekit }) => {
  const check = (settings: Record<string, string>) => {
    const env = { ...process.env, ...given(livekit).settings, ...settings };
    return spawnSync(binary, ['provider', 'check', 'livekit'], { env, encoding: 'utf8' });
  };
  const good = check({});
  expect(good.stdout).toMatch(/^ok +close the room for everybody$/m);
  expect(good.status).toBe(0);
  const secret = 'another secret than the one that LiveKit has';
  const bad = check({ OPENVISIT_LIVEKIT_API_SECRET: secret });
  expect(bad.status).toBe(1);
  expect(bad.stdout).toMatch(/^fault +reach the provider: it refused the keys/m);
  expect(bad.stdout + bad.stderr).not.toContain(secret);
});

test.describe('with the embedded server to fall back on', () => {
  test.use({ settings: { OPENVISIT_MEDIA_FALLBACK: 'embedded', OPENVISIT_RECONNECT_GRACE_SECONDS: '8' } });

  test('a call goes on when LiveKit dies', async ({ doctor, patient, livekit }) => {
    const session = await startCall(doctor, patient);
    await given(livekit).kill();
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    expect(await session.read()).toMatchObject({ status: 'in_progress', media_provider: 'embedded' });
    // Nobody is believed to be in LiveKit's room still: it ends when both have gone.
    await Promise.all([doctor.leaveCall(), patient.leaveCall()]);
    await expectMinutes(session);
  });

  test('a call begins without LiveKit', async ({ doctor, patient, livekit }) => {
    await given(livekit).kill();
    await startCall(doctor, patient);
    expect((await (await sessionOf(doctor)).read()).media_provider).toBe('embedded');
  });
});

function given(livekit: LiveKit | undefined): LiveKit {
  if (!livekit) throw new Error('these tests are of the project livekit');
  return livekit;
}

/** Until so many pictures of the other have come. */
async function talk(party: ParticipantPage): Promise<void> {
  const frames = () =>
    party.getByTestId('remote-video').evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  const before = await frames();
  await expect.poll(frames, { intervals: [100] }).toBeGreaterThan(before + TALK);
}

/** The session is over, and both were in it from beginning to end, but for the seconds in which they went. */
async function expectMinutes(session: SessionRecord): Promise<void> {
  await expect.poll(async () => (await session.read()).status).toBe('completed');
  const { started_at, duration_seconds, attendee_seconds } = await session.read();
  expect(started_at).not.toBeNull();
  const duration = duration_seconds ?? 0;
  expect(duration).toBeGreaterThan(1);
  expect(attendee_seconds).toBeLessThanOrEqual(2 * duration + 1);
  expect(attendee_seconds).toBeGreaterThan(duration);
}
