// A practice that has its accounts elsewhere, its pages around ours, and its programs under a path of its own.

import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DOCTOR_MEDIA, PATIENT_MEDIA } from '../harness/fake-media.ts';
import { documented, Portal } from '../harness/portal.ts';
import { ParticipantPage } from '../pages/participant-page.ts';
import { expectPicture } from '../harness/media-assertions.ts';
import { Server } from '../harness/server.ts';
import { expect, test } from '../harness/fixtures.ts';

const ISSUER = 'https://accounts.practice.example';
const SECRET = 'a secret that both systems share';
const PREFIX = '/consult';
/** Where the other dialects are, and what gives a session there. */
const OTHERS = {
  telehealth: ['/visits', '/telehealth/sessions/{appointment}'],
  marketplace: ['/garage', '/api/sessions/{id}'],
  counselling: ['/talks', '/api/video-calls/session/{id}'],
  clinic: ['/ward', '/api/video/sessions/{id}'],
} as const;

const settings = (portal: string) => `
local_login = false
frame_ancestors = ["${portal}"]
cors_origins = ["${portal}"]
chat_files = false
media.test_calls = 0

[dialects.practice]
prefixes = ["${PREFIX}"]
ids = "ours"

${Object.entries(OTHERS)
  .map(([name, [prefix]]) => `[dialects.${name}]\nprefixes = ["${prefix}"]`)
  .join('\n')}

[[issuers]]
issuer = "${ISSUER}"
algorithm = "HS256"
secret = "${SECRET}"
create_people = true
`;

/** What the practice's own sign-in gives somebody. */
function tokenFor(sub: string, name: string, role: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: ISSUER, sub, name, role, iat: seconds, exp: seconds + 3600 })}`;
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
}

interface Created {
  id: string;
  partner_id: string;
  openvisit_partner_id: string;
}

/** Runs in the portal's page: its program books as it always did, under the path that it knows. */
async function book({ url, token, user }: { url: string; token: string; user: string }): Promise<Created> {
  const body = { user_id: user, title: 'Weekly talk', session_date: new Date(Date.now() + 300_000), duration_minutes: 30, password_enabled: false };
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/video-sessions`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<Created>;
}

/** Runs in the portal's page: what is said to be there, with the status of each answer. */
async function ask({ url, token, paths }: { url: string; token: string; paths: string[] }): Promise<[number, string][]> {
  const headers = { Authorization: `Bearer ${token}` };
  const answers = paths.map(async (path): Promise<[number, string]> => {
    const answer = await fetch(url + path, { headers });
    return [answer.status, await answer.text()];
  });
  return Promise.all(answers);
}

test('a practice with accounts of its own books under its own path and meets in its own frames', async ({ doctorBrowser, patientBrowser }) => {
  const portal = await Portal.open();
  const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-elsewhere-'));
  await writeFile(path.join(folder, 'openvisit.toml'), settings(portal.origin));
  const server = await Server.start(['--config', path.join(folder, 'openvisit.toml')]);
  const doctor = await ParticipantPage.open(doctorBrowser, 'doctor', DOCTOR_MEDIA, server);
  const patient = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server);
  const [hers, his] = [tokenFor('t-1', 'Thea Partner', 'therapist'), tokenFor('u-7', 'Uwe User', 'client')];

  await doctor.page.goto(portal.origin);
  const created = await doctor.page.evaluate(book, { url: server.url + PREFIX, token: hers, user: 'u-7' });
  expect(created.partner_id, 'ids are ours, as the settings say').toBe(created.openvisit_partner_id);
  const missing = await fetch(`${server.url}${PREFIX}/api/nothing`);
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);

  await test.step('each dialect answers under its own path, to the page of another origin', async () => {
    const asked = { url: server.url, token: hers };
    const [[, session] = [0, '']] = await doctor.page.evaluate(ask, { ...asked, paths: [`/api/v1/sessions/${created.id}`] });
    const { appointment_id: appointment } = JSON.parse(session) as { appointment_id: string };
    const named = (path: string) => path.replace('{id}', created.id).replace('{appointment}', appointment);
    const paths = Object.values(OTHERS).map(([prefix, path]) => prefix + named(path));
    const answers = await doctor.page.evaluate(ask, { ...asked, paths });
    for (const [at, [status, body]] of answers.entries()) {
      expect(status, `${paths[at]}: ${body}`).toBe(200);
      expect(body).toContain(created.id);
    }
  });

  await test.step('each sees the call in the portal, by its own sign-in', async () => {
    [portal.page] = (await documented('The call in a frame', 'html')) as [string];
    const frames = [];
    for (const [party, token] of [[doctor, hers], [patient, his]] as const) {
      portal.visit = { server: server.url, session: created.id, token };
      await party.page.goto(portal.origin);
      const frame = party.page.frameLocator('#visit');
      await frame.getByTestId('join').click();
      frames.push(frame);
    }
    const [hersFrame, hisFrame] = frames as [(typeof frames)[0], (typeof frames)[0]];
    await expect(hisFrame.getByTestId('waiting-room')).toBeVisible();
    await hersFrame.getByTestId('admit').click();
    await expectPicture(hersFrame.getByTestId('remote-video'), PATIENT_MEDIA.colour);
    await expectPicture(hisFrame.getByTestId('remote-video'), DOCTOR_MEDIA.colour);
    await hersFrame.getByTestId('toggle-chat').click();
    await expect(hersFrame.getByTestId('chat-input')).toBeVisible();
    await expect(hersFrame.getByTestId('chat-files'), 'no files, as the settings say').toHaveCount(0);
  });

  await test.step('nobody is offered a sign-in that there is not', async () => {
    const stranger = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server);
    await stranger.page.goto('/');
    await expect(stranger.page.getByRole('main')).toContainText('Please sign in where you booked your appointment');
    await expect(stranger.page.getByLabel(/password/i)).toHaveCount(0);
    await stranger.page.goto(`/join/${created.id}`);
    await expect(stranger.getByTestId('signed-out')).toBeVisible();
    await expect(stranger.page.locator('a[href^="/?next"]')).toHaveCount(0);

    await stranger.page.goto('/test');
    await stranger.getByTestId('begin-test').click();
    await expect(stranger.getByTestId('error'), 'a test that the operator does not want').toHaveAttribute('data-code', 'not_found');
    await stranger.context.close();
  });

  for (const party of [doctor, patient]) {
    await party.context.close();
    expect(party.pageErrors).toEqual([]);
  }
  await server.dispose();
  portal.close();
  await rm(folder, { recursive: true });
  expect(server.errors(), 'errors in the log of the server').toEqual([]);
});
