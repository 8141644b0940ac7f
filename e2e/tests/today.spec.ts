// A practitioner's day outside of the call: who waits, what is next, what was, who asks.

import { Account } from '../harness/api.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import { expect, test } from '../harness/fixtures.ts';
import { startCall, sessionOf } from '../harness/session.ts';

declare global {
  interface Window {
    /** How often a tone was begun, and what the browser was asked to show. */
    told: { tones: number; notifications: string[] };
  }
}

/** Runs in the page, before the page's own code. */
function listen(): void {
  window.told = { tones: 0, notifications: [] };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    window.told.tones += 1;
    start.call(this, when);
  };
  Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
  window.Notification = new Proxy(Notification, {
    construct: (_, [title]) => {
      window.told.notifications.push(title);
      return { close: () => undefined };
    },
  });
}

/** Signed in, at a page of the app. */
async function at(party: ParticipantPage, path: string): Promise<void> {
  await party.enter();
  await party.page.goto(path);
}

test('an arrival is told on every page, and let in from there', async ({ doctor, patient }) => {
  await doctor.context.addInitScript(listen);
  await at(doctor, '/requests');
  await expect(doctor.getByTestId('no-requests')).toBeVisible();
  await expect(doctor.page).toHaveTitle(/^Requests/);

  await patient.enter();
  await patient.join();
  await expect(doctor.getByTestId('arrival')).toContainText('Sam Lindqvist is waiting');
  await expect(doctor.page).toHaveTitle(/^\(1\) Requests/);
  const told = () => doctor.page.evaluate(() => window.told);
  expect(await told()).toEqual({ tones: 2, notifications: ['Sam Lindqvist is waiting'] });

  // Another page, and the same page anew, tell it without another sound.
  await doctor.page.getByRole('link', { name: 'Visits' }).first().click();
  await expect(doctor.page).toHaveTitle(/^\(1\) Visits/);
  expect((await told()).tones).toBe(2);
  await doctor.page.reload();
  await expect(doctor.getByTestId('arrival')).toBeVisible();
  expect((await told()).tones).toBe(0);

  await doctor.getByTestId('arrival').getByTestId('admit-later').click();
  await expect(patient.getByTestId('call')).toBeVisible();
  await expect(patient.getByTestId('alone'), 'who was let in early is told').toContainText('will be with you in a moment');
  await expect(doctor.page).toHaveTitle(/^Visits/);
  await doctor.getByTestId('let-in').getByRole('link').click();
  await doctor.enterAgain();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
});

test('whoever wants no sound hears none of an arrival', async ({ doctor, patient }) => {
  await doctor.context.addInitScript(listen);
  await at(doctor, '/settings');
  const sound = doctor.getByTestId('arrivals').getByRole('switch').first();
  await sound.uncheck();
  await doctor.page.reload();
  await expect(sound).not.toBeChecked();

  await patient.enter();
  await patient.join();
  await expect(doctor.getByTestId('arrival')).toContainText('Sam Lindqvist is waiting');
  expect(await doctor.page.evaluate(() => window.told)).toEqual({ tones: 0, notifications: ['Sam Lindqvist is waiting'] });
});

test('an arrival is told during another call, and let in from there', async ({ doctor, patient, server }) => {
  const account = await Account.logIn(server, 'doctor');
  const { items } = await account.get<{ items: { id: string; join_opens_at: string; kind: string }[] }>('/sessions?status=scheduled');
  const later = items.find((it) => it.kind === 'video' && Date.parse(it.join_opens_at) > Date.now());
  await at(doctor, `/join/${later?.id}`);
  await doctor.join();
  await expect(doctor.getByTestId('call')).toBeVisible();

  await patient.enter();
  await patient.join();
  await expect(doctor.getByTestId('arrival')).toContainText('Sam Lindqvist is waiting');
  await expect(doctor.getByTestId('arrival').getByTestId('admit'), 'nobody is in two calls').toHaveCount(0);
  await doctor.getByTestId('arrival').getByTestId('admit-later').click();
  await expect(patient.getByTestId('call')).toBeVisible();
  await expect(doctor.getByTestId('let-in')).toBeVisible();
  await expect(doctor.getByTestId('call')).toBeVisible();
});

test('the waiting room from both sides: a word, a chat, a client who goes and comes, and one click into the call', async ({
  doctor,
  patient,
}) => {
  await at(doctor, '/today');
  await patient.enter();
  await patient.join();
  const id = new URL(patient.page.url()).pathname.split('/').at(-1);
  const row = doctor.page.locator(`[data-testid=appointment-row][data-session="${id}"]`);
  await expect(row.getByTestId('status')).toHaveAttribute('data-door', 'waiting');

  await test.step('a word is there at once, and after a reload', async () => {
    await doctor.getByTestId('next').getByTestId('word').click();
    await doctor.getByTestId('late-10').click();
    await expect(doctor.getByTestId('told')).toContainText('10 minutes late');
    await expect(patient.getByTestId('word')).toContainText('is running 10 minutes late');
    await patient.page.reload();
    await expect(patient.getByTestId('word')).toContainText('is running 10 minutes late');
  });

  await test.step('the practitioner opens the chat, and both write', async () => {
    await expect(patient.getByTestId('door-chat')).toHaveCount(0);
    await doctor.getByTestId('door-chat-open').check();
    await patient.getByTestId('door-input').fill('My daughter is with me');
    await patient.getByTestId('door-send').click();
    await expect(doctor.getByTestId('door-message')).toContainText('My daughter is with me');
    await doctor.getByTestId('door-input').fill('That is fine');
    await doctor.page.keyboard.press('Enter');
    await expect(patient.getByTestId('door-message').nth(1)).toContainText('That is fine');
    await doctor.page.keyboard.press('Escape');
    await expect(doctor.getByTestId('word-dialog')).toHaveCount(0);
  });

  await test.step('whoever closes the page waits no more, and is not forgotten', async () => {
    const closed = Date.now();
    await patient.page.goto('about:blank');
    await expect(row.getByTestId('has-left')).toContainText(/Sam Lindqvist was here at .* and has left/, { timeout: 15_000 });
    test.info().annotations.push({ type: 'ghost', description: `${Date.now() - closed} ms` });
    await expect(row.getByTestId('status')).toHaveAttribute('data-door', 'left');
    await expect(doctor.getByTestId('arrival')).toHaveCount(0);
    await expect(doctor.getByTestId('next')).not.toContainText('Someone is waiting');
    await patient.page.goBack();
    await expect(patient.getByTestId('waited')).toContainText(/0:0\d/);
    await expect(row.getByTestId('status')).toHaveAttribute('data-door', 'waiting');
  });

  await test.step('one click from "is waiting" to seeing and hearing each other', async () => {
    await doctor.getByTestId('next').getByTestId('admit-here').click();
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  });
});

test('the day, from what is next to the notes of what was', async ({ doctor, patient }) => {
  await startCall(doctor, patient);
  const { id } = await sessionOf(doctor);
  const row = doctor.page.locator(`[data-testid=appointment-row][data-session="${id}"]`);

  await test.step('the running call is first, and one comes back to it', async () => {
    await doctor.page.goto('/appointments');
    await expect(row, 'the list of appointments').toBeVisible();
    await doctor.page.goto('/today');
    await expect(doctor.getByTestId('next')).toHaveAttribute('data-session', id);
    await expect(doctor.getByTestId('countdown')).toHaveText(/^\d+:\d\d$/);
    await row.getByTestId('join').click();
    // The tab has been in this call before: it goes straight back.
    await doctor.expectInCallWith(patient);
  });

  await test.step('it ends while the doctor looks at the day', async () => {
    await doctor.page.goto('/today');
    await expect(row.getByTestId('status')).toHaveAttribute('data-status', 'in_progress');
    const account = await Account.logIn(doctor.server, 'doctor');
    await account.post(`/sessions/${id}/end`);
    await expect(row.getByTestId('status')).toHaveAttribute('data-status', 'completed');
    await expect(doctor.getByTestId('next')).not.toHaveAttribute('data-session', id);
    await expect(doctor.getByTestId('countdown')).toHaveText(/^in \d/);
  });

  await test.step('it is found among the past ones', async () => {
    await doctor.page.goto('/sessions?show=past');
    await expect(row).toBeVisible();
    await doctor.getByTestId('status-filter').selectOption('cancelled');
    await expect(row).toHaveCount(0);
    await doctor.getByTestId('status-filter').selectOption('completed');
    await doctor.getByTestId('search').fill('nobody of that name');
    await expect(doctor.getByTestId('no-sessions')).toBeVisible();
    await doctor.getByTestId('search').fill('lindq');
    await expect(row).toBeVisible();
    await doctor.getByTestId('tab-upcoming').click();
    await expect(row).toHaveCount(0);
    await doctor.getByTestId('tab-past').click();
    await row.getByTestId('open-session').click();
  });

  await test.step('its page has the evidence, the notes and the next appointment', async () => {
    const evidence = doctor.getByTestId('timeline');
    await expect(evidence.getByText('Sam Lindqvist: let in')).toBeVisible();
    await expect(evidence.getByText('The call started')).toBeVisible();
    await expect(doctor.getByTestId('next-appointment').getByRole('link')).toBeVisible();
    await doctor.getByTestId('notes').fill('To be seen again.');
    await doctor.page.reload();
    await expect(doctor.getByTestId('notes'), 'what was typed is kept').toHaveValue('To be seen again.');
    await doctor.getByTestId('save-notes').click();
    await expect(doctor.getByTestId('saved')).toBeVisible();
  });
});

test('requests come in live, and the quicker one has them', async ({ doctor, server }) => {
  const admin = await Account.logIn(server, 'admin');
  const client = await admin.newClient(server);
  await at(doctor, '/requests');
  const accepts = doctor.getByTestId('accepts-requests');
  if ((await accepts.getAttribute('aria-checked')) === 'false') await accepts.click();
  await expect(accepts).toHaveAttribute('aria-checked', 'true');

  await client.post('/requests', { concern: 'A rash since yesterday', kind: 'video' });
  const request = doctor.getByTestId('request');
  await expect(request).toContainText('A rash since yesterday');

  await accepts.click();
  await doctor.getByTestId('why').click();
  await expect(doctor.getByTestId('why-answer')).toContainText('You accept requests: no');
  await accepts.click();
  await expect(doctor.getByTestId('why-answer')).toContainText('You accept requests: yes');
  await expect(request).toBeVisible();

  // The doctor of this page hears of nothing, so that she clicks on what is gone.
  const other = await admin.newcomer(server, { accepts_requests: true });
  await doctor.page.routeWebSocket(/socket\.io/, () => undefined);
  await doctor.page.reload();
  await expect(request).toBeVisible();
  const { items } = await other.get<{ items: { id: string }[] }>('/requests');
  await other.post(`/requests/${items[0]?.id}/accept`);
  await request.getByTestId('accept').click();
  await expect(doctor.getByTestId('error')).toHaveAttribute('data-code', 'request_taken');
  await expect(request).toHaveCount(0);
});
