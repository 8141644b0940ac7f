// The client's day, on a phone: asking to be seen now, the way in by a link, the door, a session that nobody ended.

import { Account } from '../harness/api.ts';
import { PHONE } from '../harness/devices.ts';
import { invite } from '../harness/invitation.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import type { Server } from '../harness/server.ts';
import { expect, test } from '../harness/fixtures.ts';
import { sessionOf } from '../harness/session.ts';

const JOIN_WINDOW_MS = 15 * 60_000;

test.use({ device: PHONE });

test('a client asks to be seen now, waits in the queue, and is led to the call when somebody accepts', async ({ patient, server }) => {
  await openOverview(patient);
  await ask(patient, 'It hurts when I laugh.');
  await patient.getByTestId('withdraw').click();
  await expect(patient.getByTestId('request-now')).toHaveAttribute('data-status', 'withdrawn');

  await ask(patient, 'It hurts again.');
  await patient.page.reload();
  await expect(patient.getByTestId('queued')).toContainText('It hurts again.');
  const doctor = await Account.logIn(server, 'doctor');
  await doctor.patch('/me', { accepts_requests: true });
  const { items } = await doctor.get<{ items: { id: string; concern: string }[] }>('/requests');
  expect(items.map(({ concern }) => concern)).toEqual(['It hurts again.']);
  await finish(doctor, patient);
  await doctor.post(`/requests/${items[0]?.id}/accept`);

  await expect(patient.getByTestId('lobby')).toBeVisible();
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  await doctor.post(`/sessions/${items[0]?.id}/end`);
  await expect(patient.getByTestId('session-ended')).toBeVisible();
  await expect(patient.getByTestId('next-appointment')).toContainText('Blood test results');
});

test('a session that nobody ended is ended from the overview', async ({ patient, server }) => {
  await patient.enter();
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  const id = patient.page.url().split('/').pop() ?? '';
  await patient.page.goto('/overview');
  await patient.getByTestId('end-session').click();
  await patient.getByTestId('confirm-yes').click();
  await expect(patient.getByTestId('confirm')).toHaveCount(0);
  await expect(patient.page.locator(`[data-testid=next-visit][data-session="${id}"]`)).toHaveCount(0);
  const account = await Account.logIn(server, 'patient');
  expect((await account.session(id)).status).toBe('no_show');
});

test('a client reads in plain lines what is booked, keeps it in a calendar and cancels; so does whoever comes by the old addresses', async ({ patient, server }) => {
  await patient.enter();
  await patient.page.goto('/customer/dashboard');
  await expect(patient.getByTestId('next-visit')).toBeVisible();
  await patient.page.goto('/intake');
  await expect(patient.getByTestId('request-form')).toBeVisible();

  const account = await Account.logIn(server, 'patient');
  const { items } = await account.get<{ items: { id: string; join_opens_at: string; kind: string; title: string }[] }>('/sessions?status=scheduled');
  const ahead = items.find((it) => it.kind === 'video' && Date.parse(it.join_opens_at) > Date.now());
  await patient.page.goto('/appointments');
  await patient.page.locator(`[data-session="${ahead?.id}"]`).getByTestId('open-session').click();
  await expect(patient.getByTestId('visit-main')).toContainText('Dr. Ada Okafor');
  await expect(patient.getByTestId('timeline'), 'the ledger is the practitioner’s').toHaveCount(0);
  const [file] = await Promise.all([patient.page.waitForEvent('download'), patient.getByTestId('calendar-file').click()]);
  expect(file.suggestedFilename()).toBe('appointment.ics');

  await patient.getByTestId('cancel-visit').click();
  await patient.getByTestId('reason').fill('I am travelling');
  await patient.getByTestId('confirm-yes').click();
  await expect(patient.getByTestId('visit-main')).toHaveText('You cancelled the appointment');
  await expect(patient.getByTestId('cancel-visit')).toHaveCount(0);
  expect((await account.session(ahead?.id ?? '')).status).toBe('cancelled');
});

test('from the link of an invitation to the waiting room it takes two clicks', async ({ patient, server }) => {
  const invitation = await invited(server, {});
  const clicks = await countClicks(patient);
  await patient.page.goto(invitation.path);
  await patient.getByTestId('accept-invitation').click();
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  expect(clicks()).toBeLessThanOrEqual(2);
});

test('whoever is early sees the time run down, and comes in by himself when the door opens', async ({ patient, server }) => {
  const { path, practitioner, id } = await invited(server, { startsIn: JOIN_WINDOW_MS + 300_000 });
  await patient.page.goto(path);
  await patient.getByTestId('accept-invitation').click();
  const countdown = patient.getByTestId('countdown');
  await expect(patient.getByTestId('join')).toBeDisabled();
  const before = await countdown.innerText();
  await expect(countdown).not.toHaveText(before);

  await practitioner.patch(`/appointments/${id}`, { starts_at: new Date(Date.now() + 60_000).toISOString() });
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
});

test('a passcode is pasted as it was sent, without an account; a wrong one says how many attempts left', async ({ patient, server }) => {
  const { session, passcode } = await invited(server, { passcode: true });
  const clicks = await countClicks(patient);
  await patient.page.goto(`/join/${session}`);
  await patient.getByTestId('own-name').fill('Mo');
  const wrong = passcode === '000000' ? '111111' : '000000';
  await paste(patient, wrong);
  await patient.page.keyboard.press('Enter');
  await expect(patient.getByTestId('error')).toHaveAttribute('data-code', 'passcode_wrong');
  await expect(patient.getByTestId('error')).toContainText(/\d attempts left/);
  await expect(patient.getByTestId('passcode')).toBeFocused();

  await paste(patient, `${passcode.slice(0, 3)} ${passcode.slice(3)}`);
  await expect(patient.getByTestId('passcode')).toHaveValue(passcode);
  await patient.getByTestId('come-by-code').click();
  await expect(patient.getByTestId('passcode'), 'nobody is asked twice').toHaveCount(0);
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  // The keyboard's Enter, with the wrong one, is a click to the page.
  expect(clicks()).toBeLessThanOrEqual(3);
});

test('whoever is signed in gives the passcode in a step of its own', async ({ patient, server }) => {
  await patient.enter();
  const { appointment_id } = await (await sessionOf(patient)).read();
  const doctor = await Account.logIn(server, 'doctor');
  const { passcode } = await doctor.patch<{ passcode: string }>(`/appointments/${appointment_id}`, { passcode: true });
  await patient.page.reload();
  await expect(patient.getByTestId('passcode')).toBeVisible();
  await paste(patient, passcode);
  await expect(patient.getByTestId('verify')).toHaveText('Verify & Continue');
  await patient.page.keyboard.press('Enter');
  await expect(patient.getByTestId('verified')).toBeVisible();
  await expect(patient.getByTestId('passcode'), 'it is asked for once').toHaveCount(0);
  await expect(patient.getByTestId('join'), 'the next step has the focus').toBeFocused();
  await patient.page.keyboard.press('Enter');
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
});

async function openOverview(patient: ParticipantPage): Promise<void> {
  await patient.enter();
  await patient.page.goto('/overview');
  await expect(patient.getByTestId('next-visit')).toBeVisible();
}

async function ask(patient: ParticipantPage, concern: string): Promise<void> {
  await patient.getByTestId('request-begin').click();
  await patient.getByTestId('concern').fill(concern);
  await patient.getByTestId('ask-now').click();
  await expect(patient.getByTestId('queued')).toBeVisible();
}

/** Cancels what both are booked for now, so that they are free for the request. */
async function finish(doctor: Account, patient: ParticipantPage): Promise<void> {
  const session = await patient.getByTestId('next-visit').getAttribute('data-session');
  const { appointment_id } = await doctor.session(session ?? '');
  await doctor.post(`/appointments/${appointment_id}/cancel`);
}

/** A link into a session of somebody who is free. */
async function invited(server: Server, wish: Parameters<typeof invite>[1]) {
  const practitioner = await (await Account.logIn(server, 'admin')).newcomer(server);
  return { practitioner, ...(await invite(practitioner, wish)) };
}

async function paste(patient: ParticipantPage, text: string): Promise<void> {
  await patient.getByTestId('passcode').focus();
  await patient.page.keyboard.press('Control+A');
  await patient.page.keyboard.insertText(text);
}

/** How often the person has clicked, over all pages from now on. */
async function countClicks(patient: ParticipantPage): Promise<() => number> {
  let clicks = 0;
  await patient.page.exposeFunction('clicked', () => (clicks += 1));
  await patient.page.addInitScript(() => {
    addEventListener('click', () => (window as unknown as { clicked(): void }).clicked(), true);
  });
  return () => clicks;
}
