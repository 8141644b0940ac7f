import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Account } from '../harness/api.ts';
import { DOCTOR_MEDIA } from '../harness/fake-media.ts';
import { ParticipantPage } from '../pages/participant-page.ts';
import { bundled, documented, example, Portal } from '../harness/portal.ts';
import { expectPicture } from '../harness/media-assertions.ts';
import { Server } from '../harness/server.ts';
import { expect, test as base } from '../harness/fixtures.ts';

/** A portal, and a server that lets it show its pages and call its API. */
const test = base.extend<{ portal: Portal }>({
  portal: async ({}, use) => {
    const portal = await Portal.open();
    await use(portal);
    portal.close();
  },

  server: async ({ portal }, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-portal-'));
    const settings = path.join(folder, 'openvisit.toml');
    const origins = JSON.stringify([portal.origin]);
    await writeFile(settings, `frame_ancestors = ${origins}\ncors_origins = ${origins}\n`);
    const server = await Server.start(['--demo', '--config', settings]);
    await use(server);
    await server.dispose();
    await rm(folder, { recursive: true });
    expect(server.errors(), 'errors in the log of the server').toEqual([]);
  },
});

/** The demo's appointment that is now, as the doctor's own system would hand it to its page. */
async function visitOf(server: Server): Promise<{ server: string; session: string; token: string }> {
  const doctor = await Account.logIn(server, 'doctor');
  const { items } = await doctor.get<{ items: { session_id: string; join_opens_at: string; ends_at: string }[] }>(
    '/appointments?status=scheduled',
  );
  const now = Date.now();
  const current = items.find((it) => Date.parse(it.join_opens_at) <= now && now < Date.parse(it.ends_at));
  if (!current) throw new Error('the demo has no appointment now');
  return { server: server.url, session: current.session_id, token: doctor.auth.token };
}

test('a portal shows the call in a frame: no cookie, no sign-in, and it hears how far it is', async ({
  doctor,
  patient,
  portal,
  server,
}) => {
  [portal.page] = (await documented('The call in a frame', 'html')) as [string];
  const visit = await visitOf(server);
  portal.visit = { ...visit, token: 'out-of-date' };
  await doctor.page.goto(portal.origin);
  const frame = doctor.page.frameLocator('#visit');
  const framed = () => doctor.page.frames()[1]!;
  await expect(frame.getByTestId('error')).toHaveAttribute('data-code', 'unauthorized');
  await expect(doctor.page).toHaveTitle('Visit: lobby');
  await framed().evaluate(() => Object.assign(window, { isTheFirstPage: true }));

  // A newer token is handed over as the first was, and the page goes on.
  const address = `${server.url}/join/${visit.session}`;
  const iframe = doctor.page.locator('iframe');
  await iframe.evaluate((frame, src) => Object.assign(frame, { src }), `${address}#token=${visit.token}`);
  await expect(frame.getByTestId('error')).toBeHidden();
  expect(await framed().evaluate(() => 'isTheFirstPage' in window)).toBe(true);
  expect(framed().url(), 'the token is in no address').toBe(address);

  await frame.getByTestId('join').click();
  await expect(frame.getByTestId('call')).toBeVisible();
  await patient.enter();
  await patient.join();
  await frame.getByTestId('admit').click();
  await expectPicture(frame.getByTestId('remote-video'), patient.media.colour);
  await expectPicture(patient.getByTestId('remote-video'), doctor.media.colour);
  await expect(doctor.page).toHaveTitle('Visit: call');

  await frame.getByTestId('end-call').click();
  await expect(doctor.page).toHaveTitle('Visit: ending');
  await expect(doctor.page).toHaveTitle('Visit: ended');
  await patient.expectOut(2000);
  expect(await doctor.context.cookies()).toEqual([]);
});

test('a page that is not named may not show the call', async ({ doctorBrowser, portal }) => {
  const server = await Server.start();
  const stranger = await ParticipantPage.open(doctorBrowser, 'doctor', DOCTOR_MEDIA, server);
  [portal.page] = (await documented('The call in a frame', 'html')) as [string];
  portal.visit = await visitOf(server);
  const refused = stranger.page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await stranger.page.goto(portal.origin);
  await refused;
  await expect(stranger.page).toHaveTitle('Portal');
  await stranger.context.close();
  await server.dispose();
});

test('the page of the docs that is made with the SDK joins a call', async ({ doctor, patient, portal, server }) => {
  const [script] = await documented('The call by the SDK', 'ts');
  expect(script, 'the docs show what the compiler checked').toBe(await example());
  [portal.page] = (await documented('The call by the SDK', 'html')) as [string];
  portal.scripts = await bundled(await example(), 'call-page.js');
  portal.visit = await visitOf(server);
  await doctor.page.goto(portal.origin);
  const says = doctor.page.locator('output');
  await doctor.page.click('#join');
  await expect(says).toHaveText('call');

  await patient.enter();
  await patient.join();
  const account = await Account.logIn(server, 'doctor');
  const waiting = async () => {
    const { participants } = await account.session(portal.visit!.session);
    return participants.find(({ state }) => state === 'waiting')?.id ?? null;
  };
  await expect.poll(waiting).not.toBeNull();
  await account.post(`/sessions/${portal.visit.session}/admit`, { participant_id: await waiting() });
  await expectPicture(doctor.page.locator('video'), patient.media.colour);
  await expectPicture(patient.getByTestId('remote-video'), doctor.media.colour);

  await doctor.page.click('#end');
  await expect(says).toHaveText('ended');
  await patient.expectOut(2000);
});
