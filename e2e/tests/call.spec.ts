// What can be done within a call, and what it says by itself.

import { Account } from '../harness/api.ts';
import { type ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';
import { expectSilence, expectSound } from '../harness/media-assertions.ts';
import { expect, NODES, test } from '../harness/fixtures.ts';
import { startCall, sessionOf } from '../harness/session.ts';

const tile = (party: ParticipantPage, kind: string) => party.page.locator(`[data-testid="tile"][data-kind="${kind}"]`);

async function press(party: ParticipantPage, keys: string): Promise<void> {
  await party.page.keyboard.press(keys);
}

/** Chooses from the menu of all that is not needed every minute. */
async function choose(party: ParticipantPage, testId: string): Promise<void> {
  await party.getByTestId('more').click();
  await party.getByTestId(testId).click();
}

/** Pulls the plug of what the page captures at present. */
async function unplug(party: ParticipantPage, kind: string): Promise<void> {
  await party.page.evaluate((kind) => {
    const live = window.capturedTracks.filter((track) => track.kind === kind && track.readyState === 'live');
    for (const track of live) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  }, kind);
}

test('keys, large and small pictures, devices, invitations', async ({ doctor, patient }) => {
  await startCall(doctor, patient);

  await test.step('keys mute, speak while held, hide the picture, and are listed', async () => {
    await press(doctor, 'Control+d');
    await expect(doctor.getByTestId('toggle-mic')).toHaveAttribute('aria-pressed', 'false');
    await expectSilence(patient.page);
    await doctor.page.locator('body').click({ position: { x: 5, y: 400 } });
    await doctor.page.keyboard.down(' ');
    await expect(doctor.getByTestId('toggle-mic')).toHaveAttribute('aria-pressed', 'true');
    await expectSound(patient.page, doctor.media);
    await doctor.page.keyboard.up(' ');
    await expect(doctor.getByTestId('toggle-mic')).toHaveAttribute('aria-pressed', 'false');
    await press(doctor, 'Control+e');
    await expect(patient.getByTestId('name-card')).toBeVisible();
    await press(doctor, 'Control+e');
    await expect(patient.getByTestId('name-card')).toBeHidden();
    await press(doctor, '?');
    await expect(doctor.getByTestId('help-sheet')).toBeVisible();
    await press(doctor, 'Escape');
    await expect(doctor.getByTestId('help-sheet')).toHaveCount(0);
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
    await tile(doctor, 'self').dragTo(doctor.getByTestId('call'), { targetPosition: { x: 150, y: 150 } });
    await expect(own).toHaveAttribute('data-corner', 'start-top');
  });

  await test.step('another microphone, less or more of its noise, and an unplugged camera', async () => {
    await choose(patient, 'open-settings');
    const microphones = patient.page.getByRole('combobox', { name: 'Microphone' });
    await microphones.selectOption({ index: 1 });
    await patient.getByTestId('noise-suppression').uncheck();
    const microphone = () =>
      patient.page.evaluate(() => {
        const [live] = window.capturedTracks.filter(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
        return { id: live?.getSettings().deviceId, noise: live?.getSettings().noiseSuppression };
      });
    await expect.poll(microphone).toEqual({ id: await microphones.inputValue(), noise: false });
    await press(patient, 'Escape');
    await expect(patient.getByTestId('more')).toBeFocused();

    await unplug(patient, 'video');
    await expect(patient.getByTestId('replaced')).toBeVisible();
    await doctor.expectInCallWith(patient);
  });

  await test.step('who shares a screen is told, and stops it there', async () => {
    await patient.getByTestId('share-screen').click();
    await expect(doctor.getByTestId('remote-screen')).toBeVisible();
    await expect(tile(doctor, 'screen')).toHaveAttribute('data-large', 'true');
    await patient.getByTestId('stop-sharing').click();
    await expect(doctor.getByTestId('remote-screen')).toHaveCount(0);
  });

  await test.step('a third person gets a link, from the practitioner only', async () => {
    await patient.getByTestId('more').click();
    await expect(patient.getByTestId('invite')).toHaveCount(0);
    await press(patient, 'Escape');
    await choose(doctor, 'invite');
    await doctor.getByTestId('invited-name').fill('Interpreter');
    await doctor.getByTestId('make-invitation').click();
    const link = await doctor.getByTestId('invitation-link').inputValue();
    const page = await patient.context.newPage();
    await page.goto(link);
    await expect(page.getByTestId('accept-invitation')).toBeVisible();
    await page.close();
    await press(doctor, 'Escape');
  });

  await test.step('the other side left, and how long the call stays open', async () => {
    await patient.leaveCall();
    await expect(doctor.getByTestId('other-left')).toContainText(/Sam Lindqvist has left the call.*stays open until/);
    await patient.getByTestId('rejoin').click();
    await patient.enterAgain();
    await expect(doctor.getByTestId('other-left')).toHaveCount(0);
  });
});

test('they write to each other; it survives a reload, and the end takes it away', { tag: NODES }, async ({ doctor, patient }) => {
  await startCall(doctor, patient);
  await press(doctor, 'Control+Alt+c');
  await doctor.getByTestId('chat-input').fill('Take two a day 💊');
  await press(doctor, 'Enter');
  await expect(doctor.getByTestId('message')).toHaveText(/You · .*Take two a day 💊/s);
  await expect(doctor.getByTestId('message')).toHaveAttribute('data-state', 'said');

  await expect(patient.getByTestId('unread')).toHaveText('1');
  await expect(patient.getByTestId('announcements')).toContainText('Dr. Ada Okafor: Take two a day 💊');
  await patient.getByTestId('toggle-chat').click();
  await expect(patient.getByTestId('unread')).toHaveCount(0);
  await patient.getByTestId('chat-input').fill('For how long?');
  await patient.getByTestId('chat-send').click();
  await expect(doctor.getByTestId('message')).toHaveCount(2);

  await patient.page.reload();
  await expect(patient.getByTestId('call')).toBeVisible();
  await patient.getByTestId('toggle-chat').click();
  await expect(patient.getByTestId('message')).toHaveText([/Take two a day/, /For how long\?/]);
  await doctor.endCall();
  await patient.expectOut(TAKE_BACK_MS + 2000);
  const kept = await patient.page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(kept).not.toContain('For how long');
});

test('the practitioner takes notes beside the picture, and nobody else sees them', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  await expect(patient.getByTestId('toggle-notes')).toHaveCount(0);
  await press(doctor, 'Control+Alt+n');
  await doctor.getByTestId('call-notes').fill('Sleeps badly.');
  await expect(doctor.getByTestId('notes-state')).toHaveText('Saved');
  expect((await session.read()).notes).toBe('Sleeps badly.');

  await test.step('a screen that is shared shows no notes, but for who wants them shown', async () => {
    await doctor.getByTestId('share-screen').click();
    await expect(doctor.getByTestId('sharing-all')).toBeVisible();
    await expect(doctor.getByTestId('notes-hidden')).toBeVisible();
    await expect(doctor.getByTestId('call-notes')).toHaveCount(0);
    await doctor.getByTestId('show-notes').click();
    await expect(doctor.getByTestId('call-notes')).toHaveValue('Sleeps badly.');
    await doctor.getByTestId('stop-sharing').click();
  });

  await test.step('what was typed before the page crashed is there again, and is saved', async () => {
    await doctor.page.route('**/notes', (route) => route.abort());
    await doctor.getByTestId('call-notes').fill('Sleeps badly. Better on holidays.');
    await expect(doctor.getByTestId('notes-state')).toContainText('Not saved yet');
    await doctor.page.unroute('**/notes');
    await doctor.page.reload();
    await expect(doctor.getByTestId('call')).toBeVisible();
    await doctor.getByTestId('toggle-notes').click();
    await expect(doctor.getByTestId('call-notes')).toHaveValue('Sleeps badly. Better on holidays.');
    await expect(doctor.getByTestId('notes-state')).toHaveText('Saved');
  });

  await test.step('an address in the chat is a link that tells the other page nothing', async () => {
    await patient.getByTestId('toggle-chat').click();
    await patient.getByTestId('chat-input').fill('<b>See</b> https://example.org/a?b=1.');
    await press(patient, 'Enter');
    await doctor.getByTestId('toggle-chat').click();
    const link = doctor.getByTestId('chat-link');
    await expect(link).toHaveText('https://example.org/a?b=1');
    await expect(link).toHaveAttribute('href', 'https://example.org/a?b=1');
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer');
    await expect(doctor.getByTestId('message')).toContainText('<b>See</b>');
  });

  await doctor.endCall();
  await expect(doctor.getByTestId('notes')).toHaveValue('Sleeps badly. Better on holidays.');
});

test('the call says when its time runs out', async ({ doctor, patient, server }) => {
  await doctor.enter();
  const { appointment_id } = await (await sessionOf(doctor)).read();
  const account = await Account.logIn(server, 'doctor');
  const began = new Date(Date.now() - 3.5 * 60_000).toISOString();
  await account.patch(`/appointments/${appointment_id}`, { starts_at: began, duration_minutes: 5 });
  await startCall(doctor, patient);
  for (const party of [doctor, patient]) {
    await expect(party.getByTestId('time-warning')).toHaveAttribute('data-stage', 'two');
    await expect(party.getByTestId('time-left')).toHaveText(/^[12] min left$/);
  }
  await doctor.getByTestId('dismiss').click();
  await expect(doctor.getByTestId('time-warning')).toHaveCount(0);
});

test('who comes for the next appointment is let in from within the call', async ({ doctor, patient, server }) => {
  await doctor.enter();
  const { appointment_id } = await (await sessionOf(doctor)).read();
  const account = await Account.logIn(server, 'doctor');
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  await account.patch(`/appointments/${appointment_id}`, { starts_at: inMinutes(-3), duration_minutes: 5 });
  const client = await account.post<{ id: string }>('/clients', { name: 'Kim Early', email: 'kim@demo.test' });
  const next = { client_id: client.id, starts_at: inMinutes(3), duration_minutes: 30, passcode: false };
  const { id } = await account.post<{ id: string }>('/appointments', next);
  const { url } = await account.post<{ url: string }>(`/appointments/${id}/invitations`, { role: 'client' });
  await doctor.join();
  await expect(doctor.getByTestId('call')).toBeVisible();

  await patient.page.goto(url);
  await patient.getByTestId('accept-invitation').click();
  await patient.join();
  await expect(doctor.getByTestId('arrival')).toContainText('Kim Early');
  // Whoever is in a call comes later, and says so.
  await expect(doctor.getByTestId('arrival').getByTestId('admit')).toHaveCount(0);
  await doctor.getByTestId('arrival').getByTestId('admit-later').click();
  await expect(patient.getByTestId('call')).toBeVisible();
  await expect(patient.getByTestId('alone')).toContainText('Dr. Ada Okafor');
  await expect(doctor.getByTestId('arrival')).toHaveCount(0);
});

test('where the picture fails they go on by telephone, and come back', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  await choose(doctor, 'go-on-by-phone');
  await expect(doctor.getByTestId('phone-number')).toHaveText('+49 30 23125 117');
  await expect(doctor.getByTestId('phone-number')).toHaveAttribute('href', 'tel:+493023125117');
  await expect(doctor.getByTestId('toggle-mic')).toHaveAttribute('aria-pressed', 'false');
  await expect(patient.getByTestId('by-phone')).toContainText('+49 30 23125 117');
  await expect(patient.getByTestId('phone-number')).toHaveCount(0);
  await doctor.getByTestId('show-my-number').check();
  await expect(patient.getByTestId('phone-number')).toHaveText('+49 30 23125 200');

  await test.step('who goes meanwhile has not left', async () => {
    await patient.leaveCall();
    await expect(patient.getByTestId('left')).toBeVisible();
    await expect(doctor.getByTestId('other-left')).toHaveCount(0);
    expect(await session.read()).toMatchObject({ status: 'in_progress', by_phone: { shows_practitioner: true } });
  });

  await patient.getByTestId('rejoin').click();
  await patient.enterAgain();
  await expect.poll(async () => (await session.read()).phone_seconds, { message: 'whole seconds' }).toBeGreaterThan(0);
  await doctor.getByTestId('back-to-video').click();
  await expect(doctor.getByTestId('by-phone')).toHaveCount(0);
  await expect(patient.getByTestId('by-phone')).toHaveCount(0);
  await doctor.expectInCallWith(patient);
  await doctor.endCall();
  await patient.expectOut(TAKE_BACK_MS + 2000);
  const { phone_seconds, status } = await session.read();
  expect({ status, phoned: phone_seconds > 0 }).toEqual({ status: 'completed', phoned: true });
});

test('a picture goes from one to the other, and with the chat', async ({ doctor, patient }) => {
  await startCall(doctor, patient);
  await patient.getByTestId('toggle-chat').click();
  await patient.getByTestId('chat-files').setInputFiles({ name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<h1>') });
  await expect(patient.getByTestId('file-refused')).toContainText('only images');
  // By its name and type a picture, by what is in it a page: the server says so.
  await patient.getByTestId('chat-files').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('<h1>') });
  await expect(patient.getByTestId('message')).toContainText('only images');
  const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGM44eCABzGMSmNDAM45gCELa630AAAAAElFTkSuQmCC', 'base64');
  await patient.getByTestId('chat-files').setInputFiles({ name: 'Knee 1.png', mimeType: 'image/png', buffer: picture });
  await expect(doctor.getByTestId('unread')).toHaveText('1');
  await expect(doctor.getByTestId('announcements')).toContainText('Sam Lindqvist sent a file');
  await doctor.getByTestId('toggle-chat').click();
  const shown = doctor.getByTestId('chat-picture');
  await expect(shown).toHaveAttribute('alt', 'Knee 1.png');
  await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(10);
  const [download] = await Promise.all([doctor.page.waitForEvent('download'), doctor.getByTestId('save-file').click()]);
  expect(download.suggestedFilename()).toBe('Knee 1.png');

  await test.step('by a drop and by a paste as well', async () => {
    for (const kind of ['drop', 'paste'] as const) {
      await doctor.getByTestId('chat-input').evaluate(bring, { kind, bytes: [...picture] });
    }
    await expect(patient.getByTestId('chat-picture')).toHaveCount(3);
  });
});

/** Runs in the page: a file comes from outside. */
function bring(field: Element, { kind, bytes }: { kind: 'drop' | 'paste'; bytes: number[] }): void {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, { type: 'image/png' }));
  const options = { bubbles: true, cancelable: true };
  const event = kind === 'drop' ? new DragEvent(kind, { ...options, dataTransfer: data }) : new ClipboardEvent(kind, { ...options, clipboardData: data });
  field.dispatchEvent(event);
}
