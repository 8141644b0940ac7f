import { beforeEach, expect, test, vi } from 'vitest';
import { LocalMedia, sending, type Borrower } from './local.ts';
import { Hardware, settle } from './testing/hardware.ts';
import { memory } from './testing/memory.ts';

const SENDS = { microphone: true, camera: true, screen: false };
let hardware: Hardware;
let local: LocalMedia;
let asked: unknown[][];
let borrower: Borrower;

beforeEach(async () => {
  hardware = new Hardware();
  vi.stubGlobal('navigator', { mediaDevices: hardware, userAgent: 'desk', maxTouchPoints: 0 });
  local = new LocalMedia(memory());
  asked = [];
  borrower = {
    send: (...it) => void asked.push(['send', ...it]),
    choose: (...it) => void asked.push(['choose', ...it]),
    suppressNoise: (...it) => void asked.push(['suppressNoise', ...it]),
  };
  await local.open();
});

test('who borrows the devices has them alone', () => {
  local.lend(borrower, SENDS);
  expect(hardware.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  expect(local.state.camera.track).toBeNull();
  expect(local.sending).toMatchObject(SENDS);
});

test('what the person asks for is asked of the borrower', async () => {
  local.lend(borrower, SENDS);
  await local.setMicrophone(false);
  await local.setCamera(false);
  await local.choose('camera', 'c2');
  await local.setNoiseSuppression(false);
  await local.shareScreen();
  local.stopScreen();
  expect(asked).toEqual([
    ['send', 'microphone', false],
    ['send', 'camera', false],
    ['choose', 'camera', 'c2'],
    ['suppressNoise', false],
    ['send', 'screen', true],
    ['send', 'screen', false],
  ]);
  expect(hardware.tracks).toHaveLength(2);
});

test('what the borrower does is what the person wished, also afterwards', async () => {
  local.lend(borrower, SENDS);
  local.lent({ microphone: false, camera: true, screen: true });
  expect(sending(local.state)).toEqual({ microphone: false, camera: true, screen: true });
  local.takeBack();
  await vi.waitFor(() => expect(local.state.microphone.track).not.toBeNull());
  expect(hardware.live('microphone')?.enabled).toBe(false);
  expect(sending(local.state)).toEqual({ microphone: false, camera: true, screen: false });
});

test('devices that come back after the call are not opened', async () => {
  local.lend(borrower, SENDS);
  local.release();
  local.takeBack();
  await settle();
  expect(hardware.tracks).toHaveLength(2);
});
