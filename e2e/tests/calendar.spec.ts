// Booking, moving and cancelling in the calendar, as a practitioner and at reception, on a desk and on a phone.

import { type Browser, type BrowserContextOptions, type Locator, type Page } from '@playwright/test';

import { Account, DEMO_PASSWORD } from '../harness/api.ts';
import { PATIENCE_MS } from '../harness/patience.ts';
import type { Server } from '../harness/server.ts';
import { expect, test } from '../harness/fixtures.ts';

const WHERE: BrowserContextOptions = { timezoneId: 'Europe/Berlin', locale: 'en-GB' };
const DESK: BrowserContextOptions = { ...WHERE, viewport: { width: 1440, height: 900 } };
const PHONE: BrowserContextOptions = { ...WHERE, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DAY_MS = 24 * 60 * 60_000;

interface Appointment {
  id: string;
  practitioner_id: string;
  starts_at: string;
  duration_minutes: number;
  status: string;
  kind: string;
  title: string | null;
  passcode_enabled: boolean;
  client: { name: string | null };
}

test('a practitioner books by dragging, moves, undoes, is refused and cancels', async ({ server, doctorBrowser }) => {
  const doctor = await Account.logIn(server, 'doctor');
  const day = wednesday();
  await bookFor(doctor, doctor.id, day, '13:00', 'Hanna Berg');
  const page = await sitDown(doctorBrowser, server, 'doctor', DESK);
  await page.goto(`/calendar?view=week&day=${day}`);
  await expect(appointment(page, 'Hanna Berg')).toBeVisible();

  await drag(page, day, '09:00', '10:30');
  await expect(page.getByTestId('date')).toHaveValue(day);
  await expect(page.getByTestId('time')).toHaveValue('09:00');
  await expect(page.getByTestId('duration')).toHaveValue('90');
  await page.getByTestId('client-search').fill('Mika Lund');
  await expect(page.getByText('No results for “Mika Lund”')).toBeVisible();
  await page.getByTestId('new-client').click();
  await page.getByTestId('client-email').fill('mika@example.test');
  await page.getByTestId('title').fill('Sleep');
  await page.getByTestId('save-appointment').click();

  const code = await page.getByTestId('passcode-shown').innerText();
  await page.getByTestId('by-passcode').check();
  await page.getByTestId('copy-invitation').click();
  await expect(page.getByTestId('copy-invitation')).toHaveText('Copied');
  const message = await page.evaluate(() => navigator.clipboard.readText());
  expect(message).toContain('Sleep');
  expect(message).toMatch(/09:00\s?–\s?10:30 \(Central European (Standard|Summer) Time\)/);
  expect(message).toMatch(/\/join\/[0-9a-f-]{36}\n/);
  expect(message).toContain(`Passcode: ${code}`);
  expect(code).toMatch(/^\d{6}$/);
  const letter = await page.getByTestId('mail-draft').getAttribute('href');
  expect(letter).toContain('mailto:mika@example.test?');
  expect(decodeURIComponent(letter ?? '')).toContain(code);
  await page.getByTestId('invitation-done').click();
  const booked = await find(doctor, 'Mika Lund');
  expect(booked).toMatchObject({ kind: 'video', passcode_enabled: true, duration_minutes: 90, title: 'Sleep' });
  expect(wall(booked)).toBe(`${day} 09:00`);

  await dragTo(page, appointment(page, 'Mika Lund'), day, '10:00');
  await expect(page.getByTestId('toast')).toContainText('Mika Lund moved to');
  await expect.poll(async () => wall(await find(doctor, 'Mika Lund'))).toBe(`${day} 10:00`);
  await page.getByTestId('undo').click();
  await expect(page.getByTestId('toast')).toContainText('Undone');
  expect(wall(await find(doctor, 'Mika Lund'))).toBe(`${day} 09:00`);

  // Two days to the left, and back.
  await expect(appointment(page, 'Mika Lund')).toContainText('09:00');
  await dragTo(page, appointment(page, 'Mika Lund'), plus(day, -2), '09:00');
  await expect.poll(async () => wall(await find(doctor, 'Mika Lund'))).toBe(`${plus(day, -2)} 09:00`);
  await page.getByTestId('undo').click();
  await expect.poll(async () => wall(await find(doctor, 'Mika Lund'))).toBe(`${day} 09:00`);

  await dragTo(page, appointment(page, 'Mika Lund'), day, '12:30');
  await expect(page.getByTestId('toast')).toContainText('This time is taken by Hanna Berg, 13:00 to 13:30. It was moved back.');
  await expect(appointment(page, 'Mika Lund')).toContainText('09:00');
  expect(wall(await find(doctor, 'Mika Lund'))).toBe(`${day} 09:00`);

  await appointment(page, 'Mika Lund').click();
  await page.getByTestId('cancel-appointment').click();
  await page.getByTestId('reason').fill('Is ill');
  await page.getByTestId('confirm-yes').click();
  await expect(appointment(page, 'Mika Lund')).toHaveCount(0);
  expect((await find(doctor, 'Mika Lund')).status).toBe('cancelled');
  await page.getByTestId('undo').click();
  await expect(appointment(page, 'Mika Lund')).toBeVisible();
  expect((await find(doctor, 'Mika Lund')).status).toBe('scheduled');
  await page.context().close();
});

test('all of it works by the keyboard', async ({ server, doctorBrowser }) => {
  const doctor = await Account.logIn(server, 'doctor');
  const day = wednesday();
  await bookFor(doctor, doctor.id, day, '13:00', 'Hanna Berg');
  const page = await sitDown(doctorBrowser, server, 'doctor', DESK);
  await page.goto(`/calendar?view=week&day=${day}`);
  const hanna = appointment(page, 'Hanna Berg');
  const moved = async () => wall(await find(doctor, 'Hanna Berg'));

  await page.getByTestId('show-cancelled').focus();
  await expect(page.getByTestId('calendar-keys')).toHaveCSS('height', '1px');
  await page.keyboard.press('Tab');
  await hanna.focus();
  await expect(page.getByTestId('calendar-keys'), 'the keys are shown').not.toHaveCSS('height', '1px');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(moved).toBe(`${plus(day, 1)} 13:15`);
  await expect(hanna).toBeFocused();
  await page.keyboard.press('Alt+Shift+ArrowDown');
  await expect.poll(async () => (await find(doctor, 'Hanna Berg')).duration_minutes).toBe(45);
  for (let days = 1; days <= 4; days++) await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(moved, { message: 'into the next week' }).toBe(`${plus(day, 5)} 13:15`);
  await expect(hanna, 'the page followed').toBeFocused();

  await page.keyboard.press('Enter');
  await expect(page.getByTestId('appointment-details')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(hanna).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByTestId('edit-appointment').press('Enter');
  await page.getByTestId('time').fill('16:00');
  await page.getByTestId('time').press('Enter');
  await expect.poll(moved).toBe(`${plus(day, 5)} 16:00`);
  await expect(hanna).toBeFocused();

  await page.getByTestId('new-appointment').press('Enter');
  await expect(page.getByTestId('client-search')).toBeFocused();
  await page.keyboard.type('hanna');
  await expect(page.getByTestId('client-option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('chosen-client')).toContainText('Hanna Berg');
  await page.getByTestId('title').fill('Sleep');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('go-on'), 'what was typed is not lost').toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('title')).toBeFocused();
  await expect(page.getByTestId('title')).toHaveValue('Sleep');
  await page.keyboard.press('Escape');
  await page.getByTestId('discard').press('Enter');
  await expect(page.getByTestId('new-appointment')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('schedule-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('schedule-dialog'), 'nothing was typed').toHaveCount(0);
  await page.context().close();
});

test('a phone begins with the agenda, and tells of times that are not', async ({ server, doctorBrowser }) => {
  const doctor = await Account.logIn(server, 'doctor');
  await doctor.patch('/me', { timezone: 'America/New_York' });
  const page = await sitDown(doctorBrowser, server, 'doctor', PHONE);
  await page.goto('/calendar');
  await expect(page.getByTestId('calendar-agenda')).toBeVisible();
  await expect(page.getByTestId('zone'), 'the practice has another time').toContainText('Central European Time');

  await page.getByTestId('new-appointment').tap();
  await page.getByTestId('new-client').tap();
  await page.getByTestId('client-name').fill('Oda Lien');
  const spring = lastSundayOfMarch(new Date().getUTCFullYear() + 1);
  await page.getByTestId('date').fill(spring);
  await page.getByTestId('time').fill('02:30');
  await expect(page.getByTestId('when-fault')).toContainText('the clocks go forward');
  await page.getByTestId('date').fill(plus(new Date().toISOString().slice(0, 10), -1));
  await expect(page.getByTestId('when-fault')).toContainText('This time is in the past');
  await page.getByTestId('save-appointment').tap();
  await expect(page.getByTestId('date'), 'nothing was booked').toBeFocused();
  await page.getByTestId('date').fill(spring);
  await page.getByTestId('time').fill('03:00');
  await page.getByTestId('duration').selectOption('60');
  await page.getByTestId('kind-in_person').check();
  await page.getByTestId('save-appointment').tap();
  await expect(page.getByTestId('invitation-text')).not.toContainText('/join/');
  await page.getByTestId('invitation-done').tap();
  const booked = await find(doctor, 'Oda Lien');
  expect(booked).toMatchObject({ kind: 'in_person', passcode_enabled: false, duration_minutes: 60 });
  // The hour after the clocks were put forward is the second hour of UTC.
  expect(booked.starts_at).toBe(`${spring}T01:00:00Z`);

  await page.goto(`/calendar?view=day&day=${spring}`);
  await expect(appointment(page, 'Oda Lien')).toContainText('03:00');
  await page.getByTestId('view-agenda').tap();
  await appointment(page, 'Oda Lien').tap();
  await expect(page.getByTestId('appointment-status')).toHaveAttribute('data-status', 'scheduled');
  await expect(page.getByTestId('calendar-join')).toHaveCount(0);
  await page.context().close();
});

test('a phone shows a month in dots, and the chosen day below it', async ({ server, doctorBrowser }) => {
  const doctor = await Account.logIn(server, 'doctor');
  const day = wednesday();
  for (const [time, name] of [['13:00', 'Hanna Berg'], ['14:00', 'Mika Lund']] as const) await bookFor(doctor, doctor.id, day, time, name);
  const page = await sitDown(doctorBrowser, server, 'doctor', PHONE);
  await page.goto(`/calendar?view=month&day=${plus(day, 1)}`);
  const said = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(day));
  await page.getByRole('button', { name: `${said}, 2 appointments` }).tap();
  await expect(page.getByTestId('day-list').getByRole('listitem')).toHaveCount(2);
  await page.keyboard.press('ArrowRight');
  await expect(page.locator(`[data-day="${plus(day, 1)}"]`)).toBeFocused();
  await expect(page.getByTestId('day-list')).toHaveCount(0);
  await page.keyboard.press('ArrowLeft');
  await appointment(page, 'Mika Lund').tap();
  await expect(page.getByTestId('appointment-details')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByTestId('open-day').tap();
  await expect(page.getByTestId('view-day')).toHaveAttribute('aria-pressed', 'true');
  await expect(appointment(page, 'Hanna Berg')).toBeVisible();
  await page.context().close();
});

test('an address that names an appointment opens it, or says that it is not there', async ({ server, doctorBrowser }) => {
  const doctor = await Account.logIn(server, 'doctor');
  const day = wednesday();
  await bookFor(doctor, doctor.id, day, '13:00', 'Hanna Berg');
  const { id } = await find(doctor, 'Hanna Berg');
  const page = await sitDown(doctorBrowser, server, 'doctor', DESK);
  await page.goto(`/calendar?view=day&day=${plus(day, 40)}&appointment=${id}`);
  await expect(page.getByTestId('appointment-details'), 'on another day').toContainText('Hanna Berg');
  await page.goto('/calendar?appointment=nope');
  await expect(page.getByTestId('toast')).toContainText('This appointment isn’t here.');
  await page.context().close();
});

test('reception sees all practitioners side by side, books for them and takes no part', async ({ server, doctorBrowser }) => {
  const { desk, colleague } = await reception(server);
  const day = wednesday();
  await bookFor(desk, colleague.id, day, '13:00', 'Hanna Berg');
  const page = await sitDown(doctorBrowser, server, 'assistant', DESK);
  await page.goto(`/calendar?view=day&day=${day}`);
  await expect(page.getByTestId('calendar-grid')).toContainText('Dr. Ada Okafor');
  await expect(page.getByTestId('calendar-grid')).toContainText('Dr. Henrik Brandt');
  await expect(appointment(page, 'Hanna Berg')).toBeVisible();

  const column = page.locator('.ec-col-head', { hasText: 'Dr. Henrik Brandt' });
  const [head, body] = await Promise.all([boxOf(column), boxOf(page.locator('.ec-body .ec-day').first())]);
  await page.mouse.click(head.x + head.width / 2, body.y + 10 * 60 + 5);
  await expect(page.getByTestId('practitioner')).toHaveValue(colleague.id);
  await expect(page.getByTestId('time')).toHaveValue('10:00');
  await page.getByTestId('client-search').fill('hanna');
  await page.getByTestId('client-option').click();
  await page.getByTestId('save-appointment').click();
  await expect(page.getByTestId('passcode-shown')).toBeVisible();
  await page.evaluate(() => (window.print = () => (document.body.dataset.printed = document.title)));
  await page.getByRole('button', { name: 'Print' }).click();
  await expect(page.locator('body'), 'the sheet is called after the letter').toHaveAttribute('data-printed', /^Video visit · .* 10:00/);
  await expect(page).toHaveTitle(/^Calendar/);
  await page.getByTestId('invitation-done').click();

  await appointment(page, 'Hanna Berg').first().click();
  await expect(page.getByTestId('edit-appointment')).toBeVisible();
  await expect(page.getByTestId('copy-link')).toBeVisible();
  await expect(page.getByTestId('calendar-join')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Visit details' })).toHaveCount(0);
  await page.getByTestId('renew-passcode').click();
  await page.getByTestId('confirm-yes').click();
  await expect(page.getByTestId('passcode-shown')).toBeVisible();
  await page.context().close();
});

test('the passcode of an appointment is switched off, and on again with a new one to copy', async ({ server, doctorBrowser }) => {
  const doctor = await Account.logIn(server, 'doctor');
  const day = wednesday();
  await bookFor(doctor, doctor.id, day, '13:00', 'Hanna Berg');
  const page = await sitDown(doctorBrowser, server, 'doctor', DESK);
  await page.goto(`/calendar?view=week&day=${day}`);
  const switched = async (on: boolean) => {
    await appointment(page, 'Hanna Berg').click();
    await page.getByTestId('edit-appointment').click();
    await expect(page.getByTestId('passcode')).toBeChecked({ checked: !on });
    await page.getByTestId('passcode').setChecked(on);
    await page.getByTestId('save-appointment').click();
  };
  const enabled = async () => (await find(doctor, 'Hanna Berg')).passcode_enabled;

  await switched(false);
  await expect(page.getByTestId('toast')).toBeVisible();
  expect(await enabled()).toBe(false);
  await switched(true);
  const code = await page.getByTestId('passcode-shown').innerText();
  expect(code).toMatch(/^\d{6}$/);
  await page.getByTestId('copy-invitation').click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(code);
  await page.getByTestId('invitation-done').click();
  expect(await enabled()).toBe(true);
  await page.context().close();
});

test('reception looks at one week at a time, which the browser remembers, or at all of them by their letters', async ({ server, doctorBrowser }) => {
  const [{ desk, colleague }, doctor] = await Promise.all([reception(server), Account.logIn(server, 'doctor')]);
  const day = wednesday();
  await bookFor(desk, doctor.id, day, '09:00', 'Hanna Berg');
  await bookFor(desk, colleague.id, day, '09:00', 'Mika Lund');
  const page = await sitDown(doctorBrowser, server, 'assistant', DESK);
  await page.goto(`/calendar?view=week&day=${day}`);
  await expect(appointment(page, 'Hanna Berg')).toBeVisible();
  await expect(appointment(page, 'Mika Lund')).toHaveCount(0);
  await page.getByTestId('whose').selectOption({ label: 'Dr. Henrik Brandt' });
  await page.reload();
  await expect(appointment(page, 'Mika Lund')).toBeVisible();
  await expect(appointment(page, 'Hanna Berg')).toHaveCount(0);
  await page.getByTestId('view-day').click();
  await expect(appointment(page, 'Hanna Berg'), 'side by side').toBeVisible();
  await page.getByTestId('view-week').click();
  await page.getByTestId('whose').selectOption({ label: 'Everyone' });
  await expect(appointment(page, 'Hanna Berg')).toContainText('AO');
  await expect(appointment(page, 'Mika Lund')).toContainText('HB');
  await page.context().close();
});

test('reception on a phone looks at one calendar at a time', async ({ server, doctorBrowser }) => {
  const [{ desk, colleague }, doctor] = await Promise.all([reception(server), Account.logIn(server, 'doctor')]);
  const day = wednesday();
  await bookFor(desk, doctor.id, day, '09:00', 'Hanna Berg');
  await bookFor(desk, colleague.id, day, '09:00', 'Mika Lund');
  const page = await sitDown(doctorBrowser, server, 'assistant', PHONE);
  await page.goto(`/calendar?view=day&day=${day}`);
  await expect(appointment(page, 'Hanna Berg')).toBeVisible();
  await expect(appointment(page, 'Mika Lund')).toHaveCount(0);
  await page.getByTestId('whose').selectOption({ label: 'Dr. Henrik Brandt' });
  await expect(appointment(page, 'Mika Lund')).toBeVisible();
  await expect(appointment(page, 'Hanna Berg')).toHaveCount(0);
  await page.context().close();
});

/** A page of somebody who is signed in. */
async function sitDown(browser: Browser, server: Server, who: string, device: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, permissions: ['clipboard-read', 'clipboard-write'], ...device });
  context.setDefaultTimeout(PATIENCE_MS);
  const answer = await context.request.post('/api/v1/auth/login', { data: { email: `${who}@demo.test`, password: DEMO_PASSWORD } });
  expect(answer.ok(), `${who} signs in`).toBe(true);
  return context.newPage();
}

/** Who is at the desk of the demo's practice, and the second practitioner there. */
async function reception(server: Server): Promise<{ desk: Account; colleague: Account }> {
  const signIn = (who: string) => Account.signIn(server, `${who}@demo.test`, DEMO_PASSWORD);
  const [desk, colleague] = await Promise.all([signIn('assistant'), signIn('colleague')]);
  return { desk, colleague };
}

/** Half an hour by video, at this time in Berlin. */
async function bookFor(account: Account, practitioner_id: string, day: string, time: string, name: string): Promise<void> {
  const client = await account.post<{ id: string }>('/clients', { name });
  const starts_at = berlin(day, time);
  await account.post('/appointments', { practitioner_id, client_id: client.id, starts_at, duration_minutes: 30 });
}

async function find(account: Account, name: string): Promise<Appointment> {
  const { items } = await account.get<{ items: Appointment[] }>(`/appointments?limit=100&from=${new Date().toISOString()}`);
  const found = items.find(({ client }) => client.name === name);
  if (!found) throw new Error(`no appointment of ${name}`);
  return found;
}

function appointment(page: Page, name: string): Locator {
  return page.locator('[data-appointment]').filter({ hasText: name });
}

/** Over the empty slots of a day in the week. */
async function drag(page: Page, day: string, from: string, to: string): Promise<void> {
  await pull(page, await pointOf(page, day, from), await pointOf(page, day, to, -5));
}

/** So that the appointment begins then. */
async function dragTo(page: Page, what: Locator, day: string, time: string): Promise<void> {
  const { x, y } = await boxOf(what);
  const to = await pointOf(page, day, time, 0);
  await pull(page, { x: x + 30, y: y + 8 }, { x: to.x, y: to.y + 8 });
}

async function pull(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

interface Point {
  x: number;
  y: number;
}

/** Where a time is drawn: a minute is a pixel high. */
async function pointOf(page: Page, day: string, time: string, aside = 5): Promise<Point> {
  const column = (new Date(day).getUTCDay() + 6) % 7;
  const { x, y, width } = await boxOf(page.locator('.ec-body .ec-day').nth(column));
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return { x: x + width / 2, y: y + hours * 60 + minutes + aside };
}

async function boxOf(what: Locator): Promise<Point & { width: number }> {
  const box = await what.boundingBox();
  if (!box) throw new Error('not on the page');
  return box;
}

/** A Wednesday beyond what the demo has booked. */
function wednesday(): string {
  const today = new Date().toISOString().slice(0, 10);
  const weekday = (new Date(today).getUTCDay() + 6) % 7;
  return plus(today, 16 - weekday);
}

function lastSundayOfMarch(year: number): string {
  const last = `${year}-03-31`;
  return plus(last, -new Date(last).getUTCDay());
}

function plus(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** An instant as a clock in Berlin shows it. */
function wall({ starts_at }: { starts_at: string }): string {
  return new Date(starts_at).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short' });
}

function berlin(day: string, time: string): string {
  const candidates = ['+01:00', '+02:00'].map((offset) => new Date(`${day}T${time}:00${offset}`).toISOString());
  return candidates.find((starts_at) => wall({ starts_at }) === `${day} ${time}`) ?? '';
}
