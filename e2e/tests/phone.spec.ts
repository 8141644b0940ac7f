// Each role on a phone, by touch: the call from both sides, a guest, an administrator on the way.

import type { Locator, Page } from '@playwright/test';

import { Account } from '../harness/api.ts';
import { launch } from '../harness/browser.ts';
import { PHONE_LANDSCAPE, PHONE } from '../harness/devices.ts';
import { GUEST_MEDIA } from '../harness/fake-media.ts';
import { boxOf, expectApart, expectAtHand, expectNoSideways, expectUnderThumb } from '../harness/layout-assertions.ts';
import { ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';
import { expectPicture, expectSilence, expectSound } from '../harness/media-assertions.ts';
import { expect, test } from '../harness/fixtures.ts';

test.use({ device: PHONE });

declare global {
  interface Window {
    /** What microphones that are opened from now on give nothing of. */
    dumb: boolean;
  }
}

const CONTROLS = ['toggle-mic', 'toggle-camera', 'toggle-chat', 'toggle-panel', 'more', 'end-call'];

const tile = (party: ParticipantPage, kind: string) => party.page.locator(`[data-testid="tile"][data-kind="${kind}"]`);
const footer = (party: ParticipantPage) => party.page.locator('footer').first();

async function tap(party: ParticipantPage, ...testIds: string[]): Promise<void> {
  for (const testId of testIds) await party.getByTestId(testId).tap();
}

/** As a browser that cannot share a screen, which on phones is every one. */
async function shareNothing(party: ParticipantPage): Promise<void> {
  await party.context.addInitScript(() => Reflect.deleteProperty(MediaDevices.prototype, 'getDisplayMedia'));
}

/**
 * Runs in the page, before the page's own code: the camera there is looks at the person; another, that looks away, shows
 * all in green. A microphone may be dumb.
 */
function twoCameras(): void {
  const { mediaDevices } = navigator;
  const as = (track: MediaStreamTrack, settings: MediaTrackSettings) =>
    Object.defineProperty(track, 'getSettings', { value: () => settings });
  const list = mediaDevices.enumerateDevices.bind(mediaDevices);
  mediaDevices.enumerateDevices = async () => {
    const devices = await list();
    const away = { kind: 'videoinput', deviceId: 'away', groupId: '', label: 'camera that looks away' } as const;
    return [...devices, { ...away, toJSON: () => away }];
  };
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const green = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const context = canvas.getContext('2d');
    setInterval(() => {
      if (!context) return;
      context.fillStyle = `rgb(0 ${150 + Math.random() * 50} 0)`;
      context.fillRect(0, 0, 640, 360);
    }, 50);
    const [track] = canvas.captureStream(20).getVideoTracks();
    if (!track) throw new Error('no picture');
    return as(track, { deviceId: 'away', facingMode: 'environment' });
  };
  mediaDevices.getUserMedia = async (wanted = {}) => {
    if (typeof wanted.video === 'object' && JSON.stringify(wanted.video.facingMode)?.includes('environment'))
      return new MediaStream([green()]);
    const video = typeof wanted.video === 'object' ? { ...wanted.video, facingMode: undefined } : wanted.video;
    const stream = await open({ ...wanted, video });
    for (const track of stream.getVideoTracks()) as(track, { ...track.getSettings(), facingMode: 'user' });
    if (!window.dumb) return stream;
    const nothing = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
    for (const [at, track] of stream.getAudioTracks().entries()) if (nothing[at]) as(nothing[at], track.getSettings());
    return new MediaStream([...stream.getVideoTracks(), ...nothing]);
  };
}

/** Both on their phones, into the call: she lets him in where she is told that he waits. */
async function meetByTouch(doctor: ParticipantPage, patient: ParticipantPage): Promise<void> {
  await Promise.all([doctor.enter(), patient.enter()]);
  await tap(doctor, 'join');
  await expect(doctor.getByTestId('call')).toBeVisible();
  await expectAtHand(patient.getByTestId('join'));
  await tap(patient, 'join');
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  await expectAtHand(doctor.getByTestId('admit'));
  await tap(doctor, 'admit');
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
}

/** The other's picture, the own one and all controls are in the window, and none hides another. */
async function expectAllInSight(party: ParticipantPage): Promise<void> {
  for (const testId of CONTROLS) await expectAtHand(party.getByTestId(testId));
  await expect(tile(party, 'self')).toBeInViewport({ ratio: 1 });
  await expect(tile(party, 'person')).toBeInViewport({ ratio: 1 });
  await expectApart(...CONTROLS.map((testId) => party.getByTestId(testId)));
  await expectApart(tile(party, 'self'), footer(party));
  await expectApart(tile(party, 'person'), footer(party));
  await expectNoSideways(party.page);
}

/** How much of the window the other's picture has. */
async function share(party: ParticipantPage): Promise<number> {
  const { width, height } = await boxOf(tile(party, 'person'));
  const window = party.page.viewportSize() ?? PHONE.viewport;
  return (width * height) / ((window?.width ?? NaN) * (window?.height ?? NaN));
}

test('a call from both sides, in one hand, upright and across', async ({ doctor, patient }) => {
  await shareNothing(patient);
  await meetByTouch(doctor, patient);

  await test.step('mute and end are under the thumb', async () => {
    for (const party of [doctor, patient]) {
      await expectAllInSight(party);
      for (const testId of ['toggle-mic', 'end-call']) await expectUnderThumb(party.getByTestId(testId), party.page);
    }
    await tap(patient, 'toggle-mic');
    await expectSilence(doctor.page);
    await tap(patient, 'toggle-mic', 'toggle-camera');
    await expect(doctor.getByTestId('name-card')).toBeVisible();
    await tap(patient, 'toggle-camera');
    await expect(doctor.getByTestId('name-card')).toBeHidden();
  });

  await test.step('turned, the picture goes on, and nothing is lost', async () => {
    for (const party of [doctor, patient]) {
      await party.page.setViewportSize(PHONE_LANDSCAPE);
      await expectAllInSight(party);
      expect(await share(party), 'share of the other’s picture, across').toBeGreaterThan(0.6);
    }
    await doctor.expectInCallWith(patient);
    await tap(doctor, 'more');
    await expectAtHand(doctor.getByTestId('leave-call'));
    await tap(doctor, 'more', 'toggle-chat');
    await expectAtHand(doctor.getByTestId('chat-input'));
    await expect(doctor.getByTestId('remote-video')).toBeInViewport({ ratio: 1 });
    await tap(doctor, 'close-panel');
    for (const party of [doctor, patient]) {
      await party.page.setViewportSize(PHONE.viewport ?? PHONE_LANDSCAPE);
      await expectAllInSight(party);
      expect(await share(party), 'share of the other’s picture, upright').toBeGreaterThan(0.6);
    }
    await patient.expectInCallWith(doctor);
  });

  await test.step('they write to each other with the picture in sight', async () => {
    await tap(patient, 'toggle-chat');
    await expectUnderThumb(patient.getByTestId('chat-send'), patient.page);
    await expectUnderThumb(patient.getByTestId('toggle-mic'), patient.page);
    await expect(patient.getByTestId('remote-video')).toBeInViewport({ ratio: 1 });
    await patient.getByTestId('chat-input').fill('It hurts on the left.');
    await tap(patient, 'chat-send', 'close-panel');
    await expect(doctor.getByTestId('unread')).toHaveText('1');
    await tap(doctor, 'toggle-chat');
    await expect(doctor.getByTestId('message')).toContainText('It hurts on the left.');
    await tap(doctor, 'close-panel');
  });

  await test.step('another microphone; and no button for what this browser cannot', async () => {
    await tap(patient, 'more');
    await expectAtHand(patient.getByTestId('open-settings'));
    await expect(patient.page.getByRole('menuitem', { name: 'Share your screen' })).toHaveCount(0);
    await expect(patient.getByTestId('share-screen')).toHaveCount(0);
    await tap(patient, 'open-settings');
    const microphones = patient.page.getByRole('combobox', { name: 'Microphone' });
    await microphones.selectOption({ index: 1 });
    const used = () => patient.page.evaluate(() => window.capturedTracks.findLast(({ kind }) => kind === 'audio')?.getSettings().deviceId);
    await expect.poll(used).toBe(await microphones.inputValue());
    await tap(patient, 'close-panel');
    await expectSound(doctor.page, patient.media);
    await tap(doctor, 'more');
    await expectAtHand(doctor.page.getByRole('menuitem', { name: 'Share your screen' }));
    await doctor.page.getByRole('menuitem', { name: 'Share your screen' }).tap();
    await expect(patient.getByTestId('remote-screen')).toBeVisible();
    await tap(doctor, 'stop-sharing');
    await expect(patient.getByTestId('remote-screen')).toHaveCount(0);
  });

  await test.step('a tap on the own picture makes it the large one, and back', async () => {
    await tile(patient, 'self').tap();
    await expect(tile(patient, 'self')).toHaveAttribute('data-large', 'true');
    await tile(patient, 'person').tap();
    await expect(tile(patient, 'person')).toHaveAttribute('data-large', 'true');
  });

  await test.step('who leaves comes back, and so does who ended it by mistake; who means it ends it for both', async () => {
    await tap(patient, 'more');
    await expectAtHand(patient.getByTestId('leave-call'));
    await tap(patient, 'leave-call');
    await expect(doctor.getByTestId('other-left')).toBeInViewport({ ratio: 1 });
    await expectAtHand(patient.getByTestId('rejoin'));
    await tap(patient, 'rejoin', 'join');
    await expect(doctor.getByTestId('other-left')).toHaveCount(0);

    await tap(doctor, 'end-call');
    await doctor.expectOut(2000);
    await expectAtHand(doctor.getByTestId('take-back'));
    await tap(doctor, 'take-back');
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);

    await tap(doctor, 'end-call');
    await Promise.all([doctor.expectOut(2000), patient.expectOut(TAKE_BACK_MS + 2000)]);
    await doctor.getByTestId('notes').fill('Seen on the way.');
    await tap(doctor, 'save-notes');
    await expect(doctor.getByTestId('saved')).toBeVisible();
    await tap(patient, 'star-5');
    await expect(patient.getByTestId('rating-comment')).toBeVisible();
    await expect(patient.getByTestId('saved')).toBeVisible();
    for (const { page } of [doctor, patient]) await expectNoSideways(page);
  });
});

test('the other camera by one button, and a microphone that gives nothing', async ({ doctor, patient }) => {
  await patient.context.addInitScript(twoCameras);
  await meetByTouch(doctor, patient);
  const seen = doctor.getByTestId('remote-video');
  await test.step('the camera that looks away, and the one that looks at oneself', async () => {
    await expectAtHand(patient.getByTestId('flip-camera'));
    await tap(patient, 'flip-camera');
    await expectPicture(seen, 'green');
    await expect(patient.getByTestId('self-video')).not.toHaveClass(/mirrored/);
    await tap(patient, 'flip-camera');
    await expectPicture(seen, patient.media.colour);
    await expect(patient.getByTestId('self-video')).toHaveClass(/mirrored/);
  });
  await test.step('is told to its owner, until it is heard', async () => {
    const choose = async (index: number) => {
      await tap(patient, 'more', 'open-settings');
      await patient.page.getByRole('combobox', { name: 'Microphone' }).selectOption({ index });
      await tap(patient, 'close-panel');
    };
    await patient.page.evaluate(() => (window.dumb = true));
    await choose(1);
    await expectSilence(doctor.page);
    // Some seconds of nothing at all, since people pause.
    await expect(patient.getByTestId('device-wrong')).toContainText('We can’t hear your microphone', { timeout: 20_000 });
    await patient.page.evaluate(() => (window.dumb = false));
    await choose(0);
    await expect(patient.getByTestId('device-wrong')).toHaveCount(0);
    await expectSound(doctor.page, patient.media);
  });
});

test('a guest is invited from one phone and comes with another', async ({ doctor, patient, server }) => {
  await meetByTouch(doctor, patient);
  await tap(doctor, 'toggle-panel', 'invite-from-panel');
  await doctor.getByTestId('invited-name').fill('Ines, interpreter');
  await expectAtHand(doctor.getByTestId('make-invitation'));
  await tap(doctor, 'make-invitation');
  await expectAtHand(doctor.getByTestId('copy-invitation'));
  const link = await doctor.getByTestId('invitation-link').inputValue();
  await doctor.page.keyboard.press('Escape');
  await tap(doctor, 'close-panel');

  const browser = await launch(GUEST_MEDIA);
  const guest = await ParticipantPage.open(browser, 'guest', GUEST_MEDIA, server, PHONE);
  await guest.page.goto(link);
  await expectAtHand(guest.getByTestId('accept-invitation'));
  await tap(guest, 'accept-invitation', 'join');
  await expect(guest.getByTestId('waiting-room')).toBeVisible();
  await expectNoSideways(guest.page);
  await expectAtHand(doctor.getByTestId('admit'));
  await tap(doctor, 'admit');
  await guest.expectInCallWithAll([doctor, patient]);
  await doctor.expectInCallWithAll([patient, guest]);

  await test.step('three are in sight at once', async () => {
    for (const { page } of [guest, doctor]) {
      const large = page.locator('[data-testid="tile"][data-large="true"]');
      await expect(large).toHaveCount(2);
      await expectApart(...(await large.all()), page.locator('footer').first());
      for (const one of await large.all()) await expect(one).toBeInViewport({ ratio: 1 });
      await expectNoSideways(page);
    }
  });

  await test.step('a guest goes without ending it for the others', async () => {
    await expect(guest.getByTestId('hang-up')).toHaveCount(0);
    await expectUnderThumb(guest.getByTestId('leave-call'), guest.page);
    await tap(guest, 'leave-call');
    await expect(guest.getByTestId('left')).toBeVisible();
    await expect.poll(() => guest.liveTracks()).toBe(0);
    await doctor.expectInCallWithAll([patient]);
  });
  await browser.close();
});

test('an administrator on the way: somebody new, a program told, somebody helped', async ({ doctor: { page }, server }) => {
  await page.goto('/');
  await page.locator('summary').first().tap();
  await page.getByLabel('E-mail').fill('admin@demo.test');
  await page.getByLabel('Password').fill('openvisit-demo');
  await page.getByRole('button', { name: 'Sign in' }).tap();

  await test.step('somebody new', async () => {
    await page.getByTestId('add-person').tap();
    await page.getByLabel('Name', { exact: true }).fill('Dr. Iris Okoye');
    await page.getByLabel('E-mail').fill('iris@demo.test');
    await page.getByLabel('Password').fill('openvisit-demo');
    await expectNoSideways(page);
    await page.getByTestId('create-person').tap();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dr. Iris Okoye');
    expect((await Account.signIn(server, 'iris@demo.test', 'openvisit-demo')).id).toBeTruthy();
    await go(page, 'People');
    await page.getByTestId('search').fill('iris');
    await expect(page.getByTestId('person')).toHaveCount(1);
    await expectNoSideways(page);
  });

  await test.step('a program is told', async () => {
    await go(page, 'Webhooks');
    await page.getByTestId('add-webhook').tap();
    await page.getByRole('textbox', { name: 'Address' }).fill('https://records.clinic.example/openvisit');
    await page.getByTestId('create-webhook').tap();
    await expect(page.getByTestId('secret')).toHaveValue(/^whsec_/);
    await expectNoSideways(page);
    await page.getByTestId('to-webhook').tap();
    await expect(page.getByTestId('deliveries')).toBeVisible();
    await page.getByTestId('remove-webhook').tap();
    await expectAtHand(page.getByTestId('confirm-yes'));
    await page.getByTestId('confirm-yes').tap();
    await expect(page).toHaveURL(/\/admin\/webhooks$/);
  });

  await test.step('somebody is helped', async () => {
    await go(page, 'Support');
    await page.getByTestId('about-practitioner').getByRole('textbox').fill('iris@demo.test');
    await page.getByTestId('look-practitioner').tap();
    await expect(page.getByTestId('practitioner-answer').getByTestId('verdict')).toBeVisible();
    await expectNoSideways(page);
    await go(page, 'System');
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-good', 'true');
  });
});

/** By the bar under the thumb, or by what is behind its "More". */
async function go(page: Page, name: string): Promise<void> {
  const bar = page.getByRole('navigation').filter({ visible: true });
  const link: Locator = bar.getByRole('link', { name });
  if (!(await link.isVisible())) await bar.locator('summary').tap();
  await expectAtHand(link);
  await link.tap();
}
