// What people are told by e-mail, from the letter on, on a phone: into the call, to another password, and what the office sees of it.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Page } from '@playwright/test';

import { Account, DEMO_PASSWORD } from '../harness/api.ts';
import { PHONE } from '../harness/devices.ts';
import { DOCTOR_MEDIA, PATIENT_MEDIA } from '../harness/fake-media.ts';
import { expect, test } from '../harness/fixtures.ts';
import { expectNoSideways } from '../harness/layout-assertions.ts';
import { MailServer } from '../harness/mail.ts';
import { Server } from '../harness/server.ts';
import { ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';

const PATIENT = 'patient@demo.test';
const ANOTHER_PASSWORD = 'spring-comes-late-this-year';

interface Booked {
  session_id: string;
}

test('the letter leads a phone into the call, and says what the practice wishes', async ({ doctorBrowser, patientBrowser }) => {
  const mail = await MailServer.start();
  const server = await Server.start(undefined, {
    ...mail.settings,
    OPENVISIT_MAIL_REPLY_TO: 'desk@deich.example',
    OPENVISIT_MAIL_TITLES: 'true',
    OPENVISIT_MAIL_PER_MINUTE: '600',
    OPENVISIT_MAIL_TEMPLATES: await ownWords('Come to us on {{ day }}\n\nBring the letter of your doctor.\n'),
  });
  const colleague = await Account.signIn(server, 'colleague@demo.test', DEMO_PASSWORD);
  const { id: client } = await colleague.post<{ id: string }>('/clients', { name: 'Oda Lien', email: 'oda@clients.example', locale: 'en' });
  const { session_id } = await colleague.post<Booked>('/appointments', {
    client_id: client,
    starts_at: new Date(Date.now() + 120_000).toISOString(),
    duration_minutes: 30,
    title: 'Knee, left',
  });

  const { letter, link } = await mail.leading('oda@clients.example', '/invite');
  expect([letter.from?.address, letter.replyTo?.[0]?.address]).toEqual(['visit@deich.example', 'desk@deich.example']);
  expect(letter.subject, 'in the words of the folder').toMatch(/^Come to us on \w+day/);
  expect(letter.text).toContain('Bring the letter of your doctor.');
  const entry = letter.attachments.map(({ content }) => new TextDecoder().decode(content as ArrayBuffer)).join();
  expect(entry.replace(/\r\n /g, '')).toContain('SUMMARY:Knee\\, left');

  const phone = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server, PHONE);
  await phone.page.goto(link);
  // Two clicks from the letter to the waiting room.
  await phone.getByTestId('accept-invitation').tap();
  await phone.getByTestId('join').tap();
  await expect(phone.getByTestId('waiting-room')).toBeVisible();

  const practitioner = await ParticipantPage.open(doctorBrowser, 'doctor', DOCTOR_MEDIA, server);
  await practitioner.context.request.post('/api/v1/auth/login', { data: { email: 'colleague@demo.test', password: DEMO_PASSWORD } });
  await practitioner.page.goto(`/join/${session_id}`);
  await practitioner.join();
  await practitioner.getByTestId('admit').click();
  await Promise.all([practitioner.expectInCallWith(phone), phone.expectInCallWith(practitioner)]);
  await practitioner.endCall();
  await Promise.all([practitioner.expectOut(2000), phone.expectOut(TAKE_BACK_MS + 2000)]);
  expect((await mail.leading('oda@clients.example', '/invite')).letter, 'whoever was there is not reminded').toBe(letter);
  await Promise.all([phone, practitioner].map(({ context }) => context.close()));
  expect(server.errors()).toEqual([]);
  await server.dispose();
  await mail.stop();
});

test('who forgot their password chooses another by a letter; the office sees what became of it', async ({ doctorBrowser, patientBrowser }) => {
  const mail = await MailServer.start();
  const server = await Server.start(undefined, mail.settings);
  const phone = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server, PHONE);
  const { page } = phone;

  const answers: string[] = [];
  await test.step('whether there is such an account, the page does not tell', async () => {
    for (const address of ['nobody@demo.test', PATIENT]) {
      await signInForm(page);
      await phone.getByTestId('forgot').tap();
      await page.getByLabel('E-mail').fill(address);
      await phone.getByTestId('ask-for-link').tap();
      answers.push(await phone.getByTestId('asked').innerText());
      await expectNoSideways(page);
    }
    expect(answers[1]).toBe(answers[0]);
  });
  const { link } = await mail.leading(PATIENT, '/password');

  await page.goto(link);
  await page.getByLabel('Password').fill(ANOTHER_PASSWORD);
  await phone.getByTestId('choose-password').tap();
  await expect(phone.getByTestId('chosen')).toBeVisible();
  await expectNoSideways(page);
  await phone.getByTestId('to-sign-in').tap();
  await signInForm(page);
  for (const [password, at] of [[DEMO_PASSWORD, 'error'], [ANOTHER_PASSWORD, 'next-visit']] as const) {
    await page.getByLabel('E-mail').fill(PATIENT);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).tap();
    await expect(phone.getByTestId(at).first()).toBeVisible();
  }
  await page.goto('/nothing');
  await page.goto(link);
  await page.getByLabel('Password').fill(`${ANOTHER_PASSWORD}, too`);
  await phone.getByTestId('choose-password').tap();
  await expect(phone.getByTestId('error')).toHaveAttribute('data-code', 'not_found');

  const desk = await ParticipantPage.open(doctorBrowser, 'doctor', DOCTOR_MEDIA, server);
  await desk.context.request.post('/api/v1/auth/login', { data: { email: 'admin@demo.test', password: DEMO_PASSWORD } });
  await desk.page.goto('/admin/system');
  const told = desk.getByTestId('message').filter({ hasText: 'Password reset' });
  await expect(told).toHaveAttribute('data-state', 'sent');
  await expect(told).toContainText('p…@demo.test');
  await expect(told).not.toContainText(PATIENT);

  await test.step('a calendar program reads the secret address until it is withdrawn', async () => {
    await desk.page.goto('/settings');
    await desk.getByTestId('renew-feed').click();
    const address = await desk.getByTestId('feed-address').inputValue();
    const read = async () => (await fetch(address)).status;
    expect(await read()).toBe(200);
    await desk.getByTestId('withdraw-feed').click();
    await expect(desk.getByTestId('withdraw-feed')).toHaveCount(0);
    expect(await read()).toBe(404);
  });
  await Promise.all([phone, desk].map(({ context }) => context.close()));
  expect(server.errors()).toEqual([]);
  await server.dispose();
  await mail.stop();
});

/** At the demo it stands below the ways in by one click. */
async function signInForm(page: Page): Promise<void> {
  await page.goto('/');
  await page.locator('summary').first().tap();
}

/** A folder of templates in which the English invitation says this. */
async function ownWords(text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-words-'));
  await mkdir(path.join(folder, 'en'));
  await writeFile(path.join(folder, 'en/invitation.txt'), text);
  return folder;
}
