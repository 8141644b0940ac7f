// Camera, microphone and screen in a call, and what is told when one of them fails.

import { PHONE } from '../harness/devices.ts';
import { expectApart } from '../harness/layout-assertions.ts';
import { expectBlurred, expectSharp, expectSilence, expectSound } from '../harness/media-assertions.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import { expect, test } from '../harness/fixtures.ts';
import { joinCall, sessionOf } from '../harness/session.ts';

declare global {
  interface Window {
    /** Why the browser gives no device at present; of those that are named, and of all. */
    taken: { named?: string; all?: string };
  }
}

const TAB = { tone: 3500 };

const tile = (party: ParticipantPage, kind: string) => party.page.locator(`[data-testid="tile"][data-kind="${kind}"]`);

/** Runs in the page, before the page's own code: devices may be taken, and a tab with a sound is what is shared. */
function standBetween(tone: number): void {
  window.taken = {};
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted = {}) => {
    const named = [wanted.audio, wanted.video].some((it) => typeof it === 'object' && it.deviceId);
    const why = window.taken.all ?? (named ? window.taken.named : undefined);
    if (why) throw new DOMException('as the test has it', why);
    return open(wanted);
  };
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
    const context = canvas.getContext('2d');
    setInterval(() => context?.fillRect(Math.random() * 1280, Math.random() * 720, 90, 90), 100);
    const sound = new AudioContext();
    const output = sound.createMediaStreamDestination();
    const oscillator = new OscillatorNode(sound, { frequency: tone });
    oscillator.connect(new GainNode(sound, { gain: 0.5 })).connect(output);
    oscillator.start();
    return new MediaStream([...canvas.captureStream(10).getTracks(), ...output.stream.getTracks()]);
  };
}

/** Something happens to what the page captures at present. */
async function happens(party: ParticipantPage, kind: 'audio' | 'video', what: 'mute' | 'unmute' | 'ended'): Promise<void> {
  await party.page.evaluate(
    ([kind, what]) => {
      for (const track of window.capturedTracks.filter((it) => it.kind === kind && it.readyState === 'live')) {
        if (what === 'ended') track.stop();
        else Object.defineProperty(track, 'muted', { configurable: true, get: () => what === 'mute' });
        track.dispatchEvent(new Event(what));
      }
    },
    [kind, what] as const,
  );
}

test('what fails is told with what to do, and what works goes on', async ({ doctor, patient }) => {
  await patient.context.addInitScript(standBetween, TAB.tone);

  await test.step('whoever is let in is said to be joining, and the call begins at nothing', async () => {
    await Promise.all([doctor.enter(), patient.enter()]);
    await doctor.join();
    await expect(doctor.getByTestId('connected')).toBeVisible();
    await expect(doctor.getByTestId('elapsed')).toHaveText('0:00');
    await patient.join();
    await expect(patient.getByTestId('waiting-room')).toBeVisible();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    await patient.page.route('**/join', async (route) => {
      await held;
      await route.continue();
    });
    await doctor.getByTestId('admit').click();
    await expect(doctor.getByTestId('joining')).toHaveText('Sam Lindqvist is joining …');
    goOn();
    await doctor.expectInCallWith(patient);
    await expect(doctor.getByTestId('joining')).toHaveCount(0);
    await expect(doctor.getByTestId('connected')).toHaveCount(0);
  });

  await test.step('a microphone that another program has leaves the one that works', async () => {
    await patient.getByTestId('more').click();
    await patient.getByTestId('open-settings').click();
    const microphones = patient.page.getByRole('combobox', { name: 'Microphone' });
    const before = await microphones.inputValue();
    await patient.page.evaluate(() => (window.taken = { named: 'NotReadableError' }));
    await microphones.selectOption({ index: 1 });
    await expect(patient.getByTestId('replaced')).toContainText('The microphone you chose is in use by another program');
    await expect(microphones).toHaveValue(before);
    await patient.page.evaluate(() => (window.taken = {}));
    await patient.getByTestId('close-panel').click();
    await expectSound(doctor.page, patient.media);
  });

  await test.step('a microphone that its system holds back', async () => {
    await happens(patient, 'audio', 'mute');
    await expect(patient.getByTestId('device-wrong')).toContainText('is off at the device');
    await expect(doctor.page.getByText('Sam Lindqvist is muted')).toBeVisible();
    await happens(patient, 'audio', 'unmute');
    await expect(patient.getByTestId('device-wrong')).toHaveCount(0);
    await expect(doctor.page.getByText('Sam Lindqvist is muted')).toHaveCount(0);
  });

  await test.step('a permission that is withdrawn, and given again', async () => {
    await patient.page.evaluate(() => (window.taken = { all: 'NotAllowedError' }));
    await happens(patient, 'video', 'ended');
    await expect(patient.getByTestId('device-wrong')).toContainText('The camera is blocked.');
    await expect(patient.getByTestId('device-wrong')).toContainText('to the left of the address');
    await patient.page.evaluate(() => (window.taken = {}));
    await patient.getByTestId('device-again').click();
    await expect(patient.getByTestId('device-wrong')).toHaveCount(0);
    await doctor.expectInCallWith(patient);
  });

  await test.step('a tab is heard, also of whoever is muted, and covered by nothing', async () => {
    await patient.getByTestId('toggle-mic').click();
    await expectSilence(doctor.page);
    await patient.getByTestId('share-screen').click();
    await expect(doctor.getByTestId('remote-screen')).toBeVisible();
    await expectSound(doctor.page, { ...patient.media, ...TAB });
    const shown = ['screen', 'person', 'self'].map((kind) => tile(doctor, kind));
    const stand = () => expectApart(...shown, doctor.page.locator('footer').first());
    await stand();
    await doctor.getByTestId('toggle-chat').click();
    await stand();
    await doctor.page.setViewportSize(PHONE.viewport ?? { width: 390, height: 844 });
    await stand();
    await doctor.getByTestId('close-panel').click();
    await stand();
    await patient.getByTestId('stop-sharing').click();
    await expect(doctor.getByTestId('remote-screen')).toHaveCount(0);
    await expectSilence(doctor.page);
  });

  await test.step('which session it is, and whose', async () => {
    const session = await (await sessionOf(doctor)).read();
    await doctor.getByTestId('toggle-panel').click();
    const details = doctor.getByTestId('session-facts');
    for (const fact of ['Details', session.id, 'Booked', 'Started']) await expect(details).toContainText(fact);
    await expect(details).toContainText(session.client.id);
  });
});

/**
 * What tells the page when frames are due; a test that answers in its place makes every machine quick, or none. Few are
 * due here: a machine with other work to do would come to nothing else.
 */
async function framesAreDue(party: ParticipantPage, at: number): Promise<void> {
  const body = `setInterval(() => postMessage(${at}), 250);`;
  await party.page.route('**/ticker-*.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
}

test('what is behind somebody is blurred from the lobby on, and not where a machine is too slow', async ({ doctor, patient }) => {
  const loaded: string[] = [];
  patient.page.on('request', (request) => loaded.push(request.url()));
  const ofBlur = () => loaded.filter((url) => url.includes('selfie_segmentation'));
  const [preview, blur] = [patient.getByTestId('preview'), patient.getByTestId('blur')];
  const seen = doctor.getByTestId('remote-video');
  await framesAreDue(patient, Number.MAX_SAFE_INTEGER);
  await Promise.all([doctor.enter(), patient.enter()]);

  await test.step('in the lobby, by what comes from here', async () => {
    await patient.page.locator('summary', { hasText: 'Change devices' }).click();
    await expectSharp(preview);
    expect(ofBlur()).toEqual([]);
    await blur.getByRole('switch').click();
    await expect(blur).toHaveAttribute('data-state', 'on');
    await expectBlurred(preview, patient.media.colour);
    expect(ofBlur().length).toBeGreaterThan(3);
    expect(ofBlur().filter((url) => !url.startsWith(patient.server.pages))).toEqual([]);
  });

  await test.step('after a reload, too', async () => {
    await patient.page.reload();
    await expectBlurred(preview, patient.media.colour);
  });

  await test.step('in the call, with the camera off and on again', async () => {
    await joinCall(doctor, patient);
    await expectBlurred(seen, patient.media.colour);
    await patient.getByTestId('toggle-camera').click();
    await expect(doctor.getByTestId('name-card')).toBeVisible();
    await patient.getByTestId('toggle-camera').click();
    await expectBlurred(seen, patient.media.colour);
  });

  await test.step('off by itself where it is too slow, and told', async () => {
    await patient.page.unroute('**/ticker-*.js');
    await framesAreDue(patient, 0);
    await patient.getByTestId('toggle-camera').click();
    await expect(doctor.getByTestId('name-card')).toBeVisible();
    await patient.getByTestId('toggle-camera').click();
    await expect(patient.getByTestId('device-wrong')).toContainText('no longer blurred');
    await expectSharp(seen);
  });
});
