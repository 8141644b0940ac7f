// Calls that Jitsi carries: what the practice's own links open and what our page opens is one room.

import { Account } from '../harness/api.ts';
import { FakeJitsi } from '../harness/fake-jitsi.ts';
import { expect, test as base } from '../harness/fixtures.ts';
import { sessionOf } from '../harness/session.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';

const test = base.extend<{ isJaas: boolean; jitsi: FakeJitsi }>({
  isJaas: [true, { option: true }],
  jitsi: async ({ isJaas }, use) => {
    const jitsi = await FakeJitsi.start(isJaas);
    await use(jitsi);
    await jitsi.close();
  },
  settings: async ({ jitsi }, use) => use(jitsi.settings),
});

/** A session in the practice's words. */
interface VideoSession {
  status: string;
  meeting_room_id: string | null;
  meeting_url: string | null;
  iframe_url: string | null;
  domain: string | null;
  jwt: string | null;
}

const NO_WAY_IN = { meeting_url: null, iframe_url: null, domain: null, jwt: null };

/** The practice's own page, of a user who comes to the door. */
async function verify(account: Account, url: string, id: string): Promise<VideoSession> {
  return ask(account, 'POST', `${url}/api/video-sessions/${id}/verify-password`);
}

async function details(account: Account, url: string, id: string): Promise<VideoSession> {
  return ask(account, 'GET', `${url}/api/video-sessions/${id}`);
}

async function ask(account: Account, method: string, url: string): Promise<VideoSession> {
  const answer = await fetch(url, { method, headers: { authorization: `Bearer ${account.auth.token}` } });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as VideoSession;
}

/** The doctor is in the call by our page. Gives the session's id. */
async function beginOnOurPage(doctor: ParticipantPage, jitsi: FakeJitsi): Promise<string> {
  jitsi.target = doctor.server.url;
  await doctor.enter();
  const { id } = await sessionOf(doctor);
  await doctor.join();
  await expect(doctor.getByTestId('call')).toBeVisible();
  await expect.poll(() => jitsi.visits.length, { message: 'the External API opened a room' }).toBe(1);
  await expect.poll(() => jitsi.calls, { message: 'and told that it is in' }).toContain('videoConferenceJoined');
  return id;
}

test('by token: the link and the frame open the room of our page, and whoever comes by them is counted', async ({ doctor, patient, jitsi }) => {
  const id = await beginOnOurPage(doctor, jitsi);
  const { url } = doctor.server;
  const [partner, user] = [await Account.logIn(doctor.server, 'doctor'), await Account.logIn(doctor.server, 'patient')];

  await test.step('the user waits, and has no way in', async () => {
    expect(await verify(user, url, id)).toMatchObject({ ...NO_WAY_IN, session: { status: 'scheduled' } });
    await doctor.getByTestId('admit').click();
    await expect.poll(async () => (await details(user, url, id)).domain).toBe(jitsi.domain);
  });

  await test.step('let in, the link opens the same room', async () => {
    const shown = await details(user, url, id);
    await patient.page.goto(shown.meeting_url ?? '');
    await expect(patient.page.getByText('in the room')).toBeVisible();
    expect(jitsi.rooms).toEqual([shown.meeting_room_id]);
    const [first, second] = jitsi.visits;
    expect(first).toMatchObject({ shownBy: 'api', claims: { context: { user: { moderator: 'true' } } } });
    expect(second).toMatchObject({ shownBy: 'link', claims: { context: { user: { moderator: 'false' } } } });
  });

  await test.step('both are counted, by what the domain tells', async () => {
    const session = await sessionOf(doctor);
    expect((await session.participants()).get('client')?.connected).toBe(true);
    expect(await details(user, url, id)).toMatchObject({ status: 'in_progress' });
  });

  await test.step('so do the frame, and the link of the partner', async () => {
    await patient.page.goto((await details(user, url, id)).iframe_url ?? '');
    await expect(patient.page.getByText('in the room')).toBeVisible();
    await patient.page.goto((await details(partner, url, id)).meeting_url ?? '');
    await expect(patient.page.getByText('in the room')).toBeVisible();
    expect(jitsi.rooms).toHaveLength(1);
    const settings = jitsi.visits.at(-2)?.settings ?? '';
    expect(decodeURIComponent(settings)).toMatch(/^#userInfo\.displayName="[^"]+"&.*config\.prejoinConfig\.enabled=false/);
  });

  await test.step('without a token nobody is let in', async () => {
    await patient.page.goto(new URL((await details(user, url, id)).meeting_url ?? '').href.replace(/\?.*/, ''));
    await expect(patient.page.getByText('refused')).toBeVisible();
  });

  await test.step('once it is ended, there is no way in', async () => {
    await doctor.endCall();
    await expect(doctor.getByTestId('session-ended')).toBeVisible();
    // The page that ended it has a way back for some seconds.
    await expect.poll(() => details(user, url, id)).toMatchObject({ status: 'completed', ...NO_WAY_IN });
  });
});

test.describe('a domain that takes anybody', () => {
  test.use({ isJaas: false });

  test('names its room to the user once they are let in, and it is the one of our page', async ({ doctor, patient, jitsi }) => {
    const id = await beginOnOurPage(doctor, jitsi);
    const { url } = doctor.server;
    const [partner, user] = [await Account.logIn(doctor.server, 'doctor'), await Account.logIn(doctor.server, 'patient')];
    expect(await details(user, url, id)).toMatchObject({ ...NO_WAY_IN, meeting_room_id: null });
    expect(await verify(user, url, id)).toMatchObject({ ...NO_WAY_IN, meeting_room_id: null });
    const { meeting_room_id } = await details(partner, url, id);
    expect(jitsi.rooms).toEqual([meeting_room_id]);

    await doctor.getByTestId('admit').click();
    await expect.poll(() => details(user, url, id)).toMatchObject({ meeting_room_id, domain: jitsi.domain, jwt: null });
    await patient.page.goto((await details(user, url, id)).meeting_url ?? '');
    await expect(patient.page.getByText('in the room')).toBeVisible();
    expect(jitsi.visits).toHaveLength(2);
    expect(jitsi.rooms).toEqual([meeting_room_id]);
  });
});
