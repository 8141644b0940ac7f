// What is put right afterwards, and who stands in for whom.

import type { Page } from '@playwright/test';

import { Account } from '../harness/api.ts';
import { NOTHING, violations } from '../harness/axe.ts';
import { DESKTOP } from '../harness/devices.ts';
import { expect, test as base } from '../harness/fixtures.ts';
import type { Server } from '../harness/server.ts';
import { UserPages, type User } from '../pages/user-pages.ts';

const COLLEAGUE = 'Dr. Bo Lind';
const HOUR_MS = 3_600_000;
const BRITISH = { ...DESKTOP, locale: 'en-GB', reducedMotion: 'reduce' as const };

const test = base.extend<{ open: (user: User, path: string) => Promise<Page> }>({
  open: async ({ server, doctorBrowser, patientBrowser }, use) => {
    const browsers = { practitioner: doctorBrowser, client: patientBrowser };
    const users = await UserPages.signIn(server, browsers, BRITISH);
    await use(async (user, path) => {
      const page = await users.page(user);
      const live = hearsOfChanges(page);
      await users.open(user, path);
      await live;
      return page;
    });
    await users.close();
  },
});

/** Once the page's live connection stands: what happens before that it is not told of. */
function hearsOfChanges(page: Page): Promise<void> {
  return new Promise((resolve) => {
    page.once('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        // Socket.IO's word that somebody is let in.
        if (String(payload).startsWith('40')) resolve();
      });
    });
  });
}

test('an outcome that was entered by mistake is put right, and read as such by the client', async ({ server, open }) => {
  const held = await heldSession(server);
  const path = `/sessions/${held}`;
  const doctor = await open('doctor', path);
  await expect(doctor.getByTestId('status')).toHaveText('Completed');
  await doctor.getByTestId('correct-outcome').click();
  await expect(doctor.getByTestId('confirm')).toContainText('It is recorded as “Completed” and will change to “Missed”.');
  expect(await violations(doctor)).toEqual(NOTHING);
  await doctor.getByTestId('confirm-yes').click();
  await expect(doctor.getByTestId('reason'), 'nothing is corrected without a reason').toBeFocused();
  await doctor.getByTestId('reason').fill('Nobody came');
  await doctor.getByTestId('confirm-yes').click();
  await expect(doctor.getByTestId('status')).toHaveText('Missed');
  await expect(doctor.getByTestId('facts')).toContainText(/Nobody came.*“Completed” changed to “Missed” \(Doctor, /);
  await expect(doctor.getByTestId('timeline')).toContainText('The outcome was corrected (Doctor)');

  const client = await open('patient', path);
  await expect(client.getByTestId('visit-main')).toHaveText('The appointment was missed');
  await expect(client.getByTestId('client-visit')).toContainText(/This was corrected on .*; it used to say “Completed”\.\s*Nobody came/);
  await expect(client.getByTestId('correct-outcome')).toHaveCount(0);
  expect(await violations(client)).toEqual(NOTHING);
  await open('patient', '/sessions?show=past');
  const row = client.locator(`[data-session="${held}"]`);
  await expect(row.getByTestId('status')).toHaveAttribute('data-status', 'no_show');

  const admin = await open('admin', path);
  await admin.getByTestId('correct-outcome').click();
  await admin.getByTestId('reason').fill('They did come, by telephone');
  await admin.getByTestId('confirm-yes').click();
  await expect(admin.getByTestId('status')).toHaveText('Completed');
  await expect(admin.getByTestId('facts')).toContainText('“Missed” changed to “Completed” (Administrator');
  await expect(row.getByTestId('status'), 'it is told while the list is open').toHaveAttribute('data-status', 'completed');
});

test('another practitioner takes appointments over: by reception, by who has them, and all when an account is shut', async ({ server, open }) => {
  const { doctor, clash, told, own } = await bookedWithColleague(server);

  await test.step('reception hears what is in the way', async () => {
    const desk = await open('assistant', `/calendar?appointment=${clash.id}`);
    await desk.getByTestId('hand-over').click();
    await desk.getByTestId('successor').selectOption(COLLEAGUE);
    expect(await violations(desk)).toEqual(NOTHING);
    await desk.getByTestId('confirm-yes').click();
    await expect(desk.getByTestId('error')).toContainText(`${COLLEAGUE} already has an appointment with Kim Ray at that time`);
  });

  await test.step('reception hands it over, and the client is told', async () => {
    const client = await open('patient', `/sessions/${told.session_id}`);
    await expect(client.getByTestId('visit-main')).toContainText('Dr. Ada Okafor');
    const desk = await open('assistant', `/sessions/${told.session_id}`);
    await desk.getByTestId('hand-over').click();
    await desk.getByTestId('successor').selectOption(COLLEAGUE);
    // Neither is shown for ever.
    await Promise.all([
      expect(client.getByTestId('toast')).toContainText(`${COLLEAGUE} has taken over your appointment.`),
      expect(desk.getByTestId('toast')).toContainText(`${COLLEAGUE} has taken over the appointment.`),
      desk.getByTestId('confirm-yes').click(),
    ]);
    await expect(desk.getByTestId('facts')).toContainText(COLLEAGUE);
    await expect(client.getByTestId('visit-main')).toContainText(COLLEAGUE);
  });

  await test.step('whoever gives theirs away has it no more', async () => {
    const page = await open('doctor', `/sessions/${own.session_id}`);
    await page.getByTestId('hand-over').click();
    await page.getByTestId('successor').selectOption(COLLEAGUE);
    await Promise.all([expect(page.getByTestId('toast')).toContainText(COLLEAGUE), page.getByTestId('confirm-yes').click()]);
    await expect(page).toHaveURL(/\/sessions$/);
    await page.goto(`/sessions/${own.session_id}`);
    await expect(page.getByTestId('error')).toBeVisible();
  });

  await test.step('before an account is shut, what is booked goes to somebody else, but what clashes', async () => {
    const admin = await open('admin', `/admin/users/${doctor.id}`);
    await admin.getByTestId('disable').click();
    const booked = admin.getByTestId('booked');
    const clashing = admin.locator(`[data-appointment="${clash.id}"]`);
    await expect(clashing).toContainText('Sam Lindqvist');
    const all = await booked.count();
    expect(all).toBeGreaterThan(2);
    await expect(admin.getByTestId('hand-over-all'), 'nobody is chosen yet').toBeDisabled();
    await admin.getByTestId('successor').selectOption(COLLEAGUE);
    await booked.first().getByTestId('hand-over').click();
    await expect(booked.first()).toContainText(COLLEAGUE);
    await admin.getByTestId('hand-over-all').click();
    await expect(clashing.getByRole('alert')).toContainText('with Kim Ray at that time');
    await expect(admin.getByTestId('still-booked')).toContainText('One appointment is still booked.');
    expect(await violations(admin)).toEqual(NOTHING);
    await admin.getByTestId('confirm-yes').click();
    await expect(admin.getByTestId('enable')).toBeVisible();
    await expect(admin.getByTestId('booked'), 'what nobody took stays in sight').toHaveCount(1);
  });
});

interface Booked {
  id: string;
  session_id: string;
  starts_at: string;
}

/** Three appointments of the doctor with the patient, and a colleague who has somebody else at the time of the first. */
async function bookedWithColleague(server: Server) {
  const [admin, doctor, patient] = await Promise.all((['admin', 'doctor', 'patient'] as const).map((it) => Account.logIn(server, it)));
  if (!admin || !doctor || !patient) throw new Error('nobody is there');
  const { organization_id } = await doctor.get<{ organization_id: string }>('/me');
  const colleague = await admin.post<{ id: string }>('/users', { name: COLLEAGUE, email: 'bo@demo.test', roles: ['practitioner'], organization_id });
  const kim = await doctor.post<{ id: string }>('/clients', { name: 'Kim Ray' });
  const book = async (practitioner_id: string, client_id: string, hours: number) => {
    const starts_at = new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + (30 * 24 + hours) * HOUR_MS).toISOString();
    return admin.post<Booked>('/appointments', { practitioner_id, client_id, starts_at, duration_minutes: 30, passcode: false });
  };
  const [clash, told, own] = [await book(doctor.id, patient.id, 0), await book(doctor.id, patient.id, 1), await book(doctor.id, patient.id, 2)];
  await book(colleague.id, kim.id, 0);
  return { doctor, clash, told, own };
}

test('notes that the server cannot open are told as such, and nothing is written over them', async ({ server, open }) => {
  const held = await heldSession(server);
  const doctor = await open('doctor', '/today');
  await doctor.route(`**/api/v1/sessions/${held}`, async (route) => {
    const session = (await (await route.fetch()).json()) as object;
    await route.fulfill({ json: { ...session, notes: null, notes_unreadable: true } });
  });
  await doctor.goto(`/sessions/${held}`);
  await expect(doctor.getByTestId('notes-unreadable')).toContainText('Your notes can’t be decrypted');
  await expect(doctor.getByTestId('notes')).toHaveCount(0);
  expect(await violations(doctor)).toEqual(NOTHING);
  const saved = doctor.waitForRequest((request) => request.method() === 'PUT' && request.url().endsWith('/notes'));
  await doctor.getByTestId('star-4').click();
  await doctor.getByTestId('save-notes').click();
  expect((await saved).postDataJSON(), 'the rating alone').toEqual({ quality_rating: 4 });
  await expect(doctor.getByTestId('saved')).toBeVisible();
});

/** A consultation that doctor and patient have had. */
async function heldSession(server: Server): Promise<string> {
  const doctor = await Account.logIn(server, 'doctor');
  const { id: patient } = await Account.logIn(server, 'patient');
  const { items } = await doctor.get<{ items: { id: string; kind: string }[] }>(`/sessions?status=completed&client_id=${patient}`);
  const held = items.find(({ kind }) => kind === 'video');
  if (!held) throw new Error('the demo has no such session');
  return held.id;
}
