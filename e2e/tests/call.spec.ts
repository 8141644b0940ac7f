// What can be done within a call, and what it says by itself.

import { Account } from '../harness/api.ts';
import type { Party } from '../harness/party.ts';
import { expectSilence, expectSound } from '../harness/senses.ts';
import { expect, test } from '../harness/test.ts';
import { meet, visitOf } from '../harness/visit.ts';

// Many steps each, with real sound and pictures.
test.describe.configure({ timeout: 120_000 });

const tile = (party: Party, kind: string) => party.page.locator(`[data-testid="tile"][data-kind="${kind}"]`);

async function press(party: Party, keys: string): Promise<void> {
  await party.page.keyboard.press(keys);
}

/** Chooses from the menu of all that is not needed every minute. */
async function choose(party: Party, testId: string): Promise<void> {
  await party.see('more').click();
  await party.see(testId).click();
}

/** Pulls the plug of what the page captures at present. */
async function unplug(party: Party, kind: string): Promise<void> {
  await party.page.evaluate((kind) => {
    const live = window.capturedTracks.filter((track) => track.kind === kind && track.readyState === 'live');
    for (const track of live) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  }, kind);
}

test('keys, large and small pictures, devices, invitations', async ({ doctor, patient }) => {
  await meet(doctor, patient);

  await test.step('keys mute, speak while held, hide the picture, and are listed', async () => {
    await press(doctor, 'Control+d');
    await expect(doctor.see('toggle-mic')).toHaveAttribute('aria-pressed', 'false');
    await expectSilence(patient.page);
    await doctor.page.locator('body').click({ position: { x: 5, y: 400 } });
    await doctor.page.keyboard.down(' ');
    await expect(doctor.see('toggle-mic')).toHaveAttribute('aria-pressed', 'true');
    await expectSound(patient.page, doctor.look);
    await doctor.page.keyboard.up(' ');
    await expect(doctor.see('toggle-mic')).toHaveAttribute('aria-pressed', 'false');
    await press(doctor, 'Control+e');
    await expect(patient.see('name-card')).toBeVisible();
    await press(doctor, 'Control+e');
    await expect(patient.see('name-card')).toBeHidden();
    await press(doctor, '?');
    await expect(doctor.see('help-sheet')).toBeVisible();
    await press(doctor, 'Escape');
    await expect(doctor.see('help-sheet')).toHaveCount(0);
  });

  await test.step('the own picture changes places with the other, and corners', async () => {
    const own = tile(doctor, 'self');
    await own.hover();
    await own.getByTestId('move').click();
    await expect(own).toHaveAttribute('data-corner', 'end-bottom');
    await own.getByTestId('pin').click();
    await expect(own).toHaveAttribute('data-large', 'true');
    await expect(tile(doctor, 'person')).toHaveAttribute('data-large', 'false');
    await own.getByTestId('pin').click();
    await expect(own).toHaveAttribute('data-large', 'false');
    await tile(doctor, 'self').dragTo(doctor.see('call'), { targetPosition: { x: 150, y: 150 } });
    await expect(own).toHaveAttribute('data-corner', 'start-top');
  });

  await test.step('another microphone, less or more of its noise, and an unplugged camera', async () => {
    await choose(patient, 'open-settings');
    const microphones = patient.page.getByRole('combobox', { name: 'Microphone' });
    await microphones.selectOption({ index: 1 });
    await patient.see('noise-suppression').uncheck();
    const microphone = () =>
      patient.page.evaluate(() => {
        const [live] = window.capturedTracks.filter(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
        return { id: live?.getSettings().deviceId, noise: live?.getSettings().noiseSuppression };
      });
    await expect.poll(microphone).toEqual({ id: await microphones.inputValue(), noise: false });
    await press(patient, 'Escape');
    await expect(patient.see('more')).toBeFocused();

    await unplug(patient, 'video');
    await expect(patient.see('replaced')).toBeVisible();
    await doctor.expectInCallWith(patient);
  });

  await test.step('who shares a screen is told, and stops it there', async () => {
    await patient.see('share-screen').click();
    await expect(doctor.see('remote-screen')).toBeVisible();
    await expect(tile(doctor, 'screen')).toHaveAttribute('data-large', 'true');
    await patient.see('stop-sharing').click();
    await expect(doctor.see('remote-screen')).toHaveCount(0);
  });

  await test.step('a third person gets a link, from the practitioner only', async () => {
    await patient.see('more').click();
    await expect(patient.see('invite')).toHaveCount(0);
    await press(patient, 'Escape');
    await choose(doctor, 'invite');
    await doctor.see('invited-name').fill('Interpreter');
    await doctor.see('make-invitation').click();
    const link = await doctor.see('invitation-link').inputValue();
    const page = await patient.context.newPage();
    await page.goto(link);
    await expect(page.getByTestId('accept-invitation')).toBeVisible();
    await page.close();
    await press(doctor, 'Escape');
  });

  await test.step('the other side left, and how long the call stays open', async () => {
    await patient.leaveCall();
    await expect(doctor.see('other-left')).toContainText(/Sam Lindqvist is not in the call.*stays open until/);
    await patient.see('rejoin').click();
    await patient.enterAgain();
    await expect(doctor.see('other-left')).toHaveCount(0);
  });
});

test('they write to each other; it survives a reload, and the end takes it away', async ({ doctor, patient }) => {
  await meet(doctor, patient);
  await press(doctor, 'Control+Alt+c');
  await doctor.see('chat-input').fill('Take two a day 💊');
  await press(doctor, 'Enter');
  await expect(doctor.see('message')).toHaveText(/You · .*Take two a day 💊/s);
  await expect(doctor.see('message')).toHaveAttribute('data-state', 'said');

  await expect(patient.see('unread')).toHaveText('1');
  await expect(patient.see('announcements')).toContainText('Dr. Ada Okafor: Take two a day 💊');
  await patient.see('toggle-chat').click();
  await expect(patient.see('unread')).toHaveCount(0);
  await patient.see('chat-input').fill('For how long?');
  await patient.see('chat-send').click();
  await expect(doctor.see('message')).toHaveCount(2);

  await patient.page.reload();
  await expect(patient.see('call')).toBeVisible();
  await patient.see('toggle-chat').click();
  await expect(patient.see('message')).toHaveText([/Take two a day/, /For how long\?/]);
  await doctor.endCall();
  await patient.expectOut(2000);
  const kept = await patient.page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(kept).not.toContain('For how long');
});

test('the call says when its time runs out', async ({ doctor, patient, server }) => {
  await doctor.enter();
  const { appointment_id } = await (await visitOf(doctor)).now();
  const account = await Account.logIn(server, 'doctor');
  const began = new Date(Date.now() - 3.5 * 60_000).toISOString();
  await account.patch(`/appointments/${appointment_id}`, { starts_at: began, duration_minutes: 5 });
  await meet(doctor, patient);
  for (const party of [doctor, patient]) {
    await expect(party.see('time-warning')).toHaveAttribute('data-stage', 'two');
    await expect(party.see('time-left')).toHaveText(/^[12] min left$/);
  }
  await doctor.see('dismiss').click();
  await expect(doctor.see('time-warning')).toHaveCount(0);
});

test('who comes for the next appointment is let in from within the call', async ({ doctor, patient, server }) => {
  await doctor.enter();
  const { appointment_id } = await (await visitOf(doctor)).now();
  const account = await Account.logIn(server, 'doctor');
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  await account.patch(`/appointments/${appointment_id}`, { starts_at: inMinutes(-3), duration_minutes: 5 });
  const client = await account.post<{ id: string }>('/clients', { name: 'Kim Early', email: 'kim@demo.test' });
  const next = { client_id: client.id, starts_at: inMinutes(3), duration_minutes: 30, passcode: false };
  const { id } = await account.post<{ id: string }>('/appointments', next);
  const { url } = await account.post<{ url: string }>(`/appointments/${id}/invitations`, { role: 'client' });
  await doctor.join();
  await expect(doctor.see('call')).toBeVisible();

  await patient.page.goto(url);
  await patient.see('accept-invitation').click();
  await patient.join();
  await expect(doctor.see('arrival')).toContainText('Kim Early');
  await doctor.see('arrival').getByTestId('admit').click();
  await expect(patient.see('call')).toBeVisible();
  await expect(doctor.see('arrival')).toHaveCount(0);
});
