import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LocalMedia, soundOf } from './local.ts';
import { FakeAudioContext, FakeMediaStream, Hardware, settle } from './testing/hardware.ts';
import { memory } from './testing/memory.ts';

vi.mock('./silence.ts', () => ({ watchSilence: () => () => undefined }));

let hardware: Hardware;
let local: LocalMedia;

/** What the others hear, by device. */
const heard = () => {
  const { track } = soundOf(local.state);
  const inputs = FakeAudioContext.inputs.get(track) ?? new Set([track]);
  return [...inputs].map((it) => (it as { deviceId: string }).deviceId);
};

beforeEach(async () => {
  FakeAudioContext.state = 'running';
  vi.stubGlobal('AudioContext', FakeAudioContext);
  vi.stubGlobal('MediaStream', FakeMediaStream);
  hardware = new Hardware();
  vi.stubGlobal('navigator', { mediaDevices: hardware, userAgent: 'desk', maxTouchPoints: 0 });
  local = new LocalMedia(memory());
  await local.open();
});

afterEach(() => void vi.useRealTimers());

test('the sound of what is shared is heard beside the voice, until it is shared no more', async () => {
  await local.shareScreen();
  expect(heard()).toEqual(['tab', 'm1']);
  await local.choose('microphone', 'm2');
  expect(heard()).toEqual(['tab', 'm2']);
  local.stopScreen();
  expect(heard()).toEqual(['m2']);
  expect(hardware.shared?.sound.readyState).toBe('ended');
  expect(local.state).toMatchObject({ screen: null, mix: null });
});

test('whoever is muted is not heard in it, and what they share is', async () => {
  await local.shareScreen();
  await local.setMicrophone(false);
  expect(hardware.live('microphone')?.enabled).toBe(false);
  expect(soundOf(local.state)).toMatchObject({ muted: false });
  expect(local.sending.microphone).toBe(false);
  local.stopScreen();
  expect(soundOf(local.state)).toMatchObject({ muted: true });
});

test('whoever stops sharing at the browser’s own bar shares no sound either', async () => {
  await local.shareScreen();
  hardware.shared?.picture.end();
  expect(heard()).toEqual(['m1']);
});

test('where the browser lets no sound begin the voice goes on as it was', async () => {
  vi.useFakeTimers();
  FakeAudioContext.state = 'suspended';
  const shared = local.shareScreen();
  await settle();
  await vi.advanceTimersByTimeAsync(2000);
  expect(await shared).toBe(true);
  expect(heard()).toEqual(['m1']);
});

test('what is shared last is what is shared', async () => {
  await local.shareScreen();
  const first = hardware.shared;
  await local.shareScreen();
  expect(first?.picture.readyState).toBe('ended');
  first?.picture.end();
  expect(local.state.screen).toBe(hardware.shared?.picture);
  expect(heard()).toEqual(['tab', 'm1']);
});
