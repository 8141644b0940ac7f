import type { Page } from '@playwright/test';

import { Account } from '../harness/api.ts';
import { expect } from '../harness/fixtures.ts';
import { DOCTOR_MEDIA } from '../harness/fake-media.ts';
import { expectMoving, expectPicture } from '../harness/media-assertions.ts';
import { documented, example } from '../harness/portal.ts';
import { renewed, test, visitOf } from '../harness/portal-fixtures.ts';
import { Server } from '../harness/server.ts';
import { ParticipantPage } from '../pages/participant-page.ts';

const OTHER_SECRET = { OPENVISIT_JWT_SECRET: 'whatever was signed before is not taken any more' };
const says = (page: Page) => page.locator('output');

test('the docs show what a compiler has checked', async () => {
  expect(await documented('The call by the SDK', 'ts')).toEqual([await example('call-page.ts')]);
  expect(await documented('React', 'tsx')).toEqual([await example('react.tsx')]);
  expect(await documented('Vue', 'vue')).toEqual([await example('Visit.vue')]);
});

test('the page of the docs is a whole call, for both parties', async ({ doctor, patient, portal, patientPortal, server }) => {
  portal.page = patientPortal.page = { project: 'vanilla' };
  portal.visit = await visitOf(server);
  patientPortal.visit = await visitOf(server, 'patient');
  await doctor.page.goto(portal.origin);
  await patient.page.goto(patientPortal.origin);
  await expectPicture(doctor.page.locator('#own'), doctor.media.colour);
  await expect(doctor.page.locator('#join')).toBeVisible();
  for (const button of ['#admit', '#leave', '#end']) await expect(doctor.page.locator(button), `${button} in the lobby`).toBeHidden();
  await patient.page.click('#join');
  await expect(says(patient.page)).toHaveText('waiting');
  await expect(patient.page.locator('#join')).toBeHidden();
  await doctor.page.click('#join');
  await expect(says(doctor.page)).toHaveText('call');
  await expect(doctor.page.locator('#join')).toBeHidden();
  await doctor.page.click('#admit');
  await expectPicture(doctor.page.locator('#other'), patient.media.colour);
  await expectPicture(patient.page.locator('#other'), doctor.media.colour);
  await expect(doctor.page.locator('#admit')).toBeHidden();

  await patient.page.click('#mute');
  const account = await Account.logIn(server, 'doctor');
  await expect(patient.page.locator('#end'), 'a client ends nothing').toBeHidden();
  await patient.page.click('#leave');
  await expect(says(patient.page)).toHaveText('left');
  await expect(says(doctor.page)).toHaveText('call');
  await patient.page.click('#join');
  await expectPicture(doctor.page.locator('#other'), patient.media.colour);

  await doctor.page.click('#end');
  await expect(says(doctor.page)).toHaveText('ended');
  await expect(says(patient.page)).toHaveText('ended');
  expect((await account.session(portal.visit.session)).status).toBe('completed');
});

test('whose token has run out when the server comes back is in the call again', async ({ doctor, patient, portal, patientPortal, server }) => {
  portal.page = patientPortal.page = { project: 'vanilla' };
  portal.visit = await visitOf(server);
  patientPortal.visit = await visitOf(server, 'patient');
  await doctor.page.goto(portal.origin);
  await patient.page.goto(patientPortal.origin);
  await doctor.page.click('#join');
  await patient.page.click('#join');
  await doctor.page.click('#admit');
  await expectPicture(doctor.page.locator('#other'), patient.media.colour);

  await server.kill();
  await server.start(OTHER_SECRET);
  portal.visit = await renewed(portal.visit, server);
  // The patient's program takes longer to sign its own in again.
  await expectPicture(patient.page.locator('#own'), patient.media.colour);
  patientPortal.visit = await renewed(patientPortal.visit, server, 'patient');
  await expectPicture(doctor.page.locator('#other'), patient.media.colour);
  await expectPicture(patient.page.locator('#other'), doctor.media.colour);
  await expect(says(doctor.page)).toHaveText('call');
  await expect(says(patient.page)).toHaveText('call');
});

test('a React component in strict mode opens one visit, and one in Vue meets it', async ({ doctor, patient, portal, patientPortal, server }) => {
  portal.page = { project: 'react' };
  patientPortal.page = { project: 'vue' };
  portal.visit = await visitOf(server);
  patientPortal.visit = await visitOf(server, 'patient');
  const joined: string[] = [];
  doctor.page.on('request', (request) => request.url().endsWith('/join') && joined.push(request.url()));
  await doctor.page.goto(portal.origin);
  await patient.page.goto(patientPortal.origin);
  await expectMoving(doctor.page.locator('video').last());
  await doctor.page.getByRole('button', { name: 'Join' }).click();
  await expect(says(doctor.page)).toHaveText('call');
  await patient.page.getByRole('button', { name: 'Join' }).click();
  await doctor.page.getByRole('button', { name: 'Admit' }).click();
  await expectPicture(doctor.page.locator('video').first(), patient.media.colour);
  await expectPicture(patient.page.locator('video').first(), doctor.media.colour);
  expect(joined.filter((url) => new URL(url).origin === server.url)).toHaveLength(1);
  await patient.page.getByRole('button', { name: 'Leave' }).click();
  await doctor.page.getByRole('button', { name: 'End' }).click();
  await expect(says(doctor.page)).toHaveText('ended');
  await expect(says(patient.page)).toHaveText('ended');
});

test('the element is a whole call, from a bundler or from a script', async ({ doctor, patient, portal, patientPortal, server }) => {
  portal.page = patientPortal.page = { project: 'vanilla' };
  portal.visit = await visitOf(server);
  patientPortal.visit = await visitOf(server, 'patient');
  await doctor.page.goto(`${portal.origin}/element.html`);
  await patient.page.goto(`${patientPortal.origin}/standalone.html`);
  const other = (page: Page) => page.locator('video.other');
  await expectPicture(doctor.page.locator('video.self'), doctor.media.colour);
  await patient.page.getByRole('button', { name: 'Beitreten' }).click();
  await expect(patient.page.getByRole('status')).toContainText('Wartezimmer');
  const speak = (page: Page, lang: string) => page.evaluate((lang) => document.documentElement.setAttribute('lang', lang), lang);
  // From the lobby, which goes in, too.
  await expect(doctor.page.getByRole('button', { name: 'Join' })).toBeVisible();
  await expect(doctor.page.getByRole('button', { name: 'Admit' })).toBeVisible();
  await speak(doctor.page, 'fr');
  await expect(doctor.page.getByRole('button', { name: 'Faire entrer' })).toBeVisible();
  await speak(doctor.page, 'en');
  await doctor.page.getByRole('button', { name: 'Admit' }).click();
  await expectPicture(other(doctor.page), patient.media.colour);
  await expectPicture(other(patient.page), doctor.media.colour);
  await expect(doctor.page).toHaveTitle('call');

  // A page that changes its language in the middle of a call is followed, unless the element has a language of its own.
  await speak(doctor.page, 'fr');
  await expect(doctor.page.getByRole('button', { name: 'Micro', exact: true })).toBeVisible();
  await doctor.page.evaluate(() => document.querySelector('openvisit-call')?.setAttribute('lang', 'en'));
  await expect(doctor.page.getByRole('button', { name: 'Microphone', exact: true })).toBeVisible();
  await speak(doctor.page, 'es');
  await doctor.page.evaluate(() => new Promise(requestAnimationFrame));
  const microphone = doctor.page.getByRole('button', { name: 'Microphone' });
  await microphone.click();
  await expect(microphone).toHaveAttribute('aria-pressed', 'false');
  await expect(patient.page.getByRole('button', { name: 'beenden' })).toHaveCount(0);
  await patient.page.getByRole('button', { name: 'Verlassen' }).click();
  await expect(patient.page).toHaveTitle('left');
  await expect(doctor.page.getByRole('status')).toHaveText('Nobody else is here yet.');
  await patient.page.getByRole('button', { name: 'Wieder beitreten' }).click();
  await expectPicture(other(doctor.page), patient.media.colour);
  await doctor.page.getByRole('button', { name: 'End for everyone' }).click();
  await expect(patient.page.getByRole('status')).toHaveText('Die Sitzung ist beendet.');
  // An element that is taken out lets go of everything.
  await patient.page.reload();
  await patient.page.evaluate(() => document.querySelector('openvisit-call')?.remove());
});

test('a page whose origin is not named reads in its console what to add', async ({ doctorBrowser, portal }) => {
  const server = await Server.start();
  const stranger = await ParticipantPage.open(doctorBrowser, 'doctor', DOCTOR_MEDIA, server);
  portal.page = { project: 'vanilla' };
  portal.visit = await visitOf(server);
  const told = stranger.page.waitForEvent('console', (message) => message.text().includes(`cors_origins = ["${portal.origin}"]`));
  await stranger.page.goto(portal.origin);
  await told;
  await expect(says(stranger.page)).toHaveText('origin_refused');
  await stranger.context.close();
  await server.dispose();
});
