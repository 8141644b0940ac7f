import { beforeEach, expect, test, vi } from 'vitest';
import { LocalMedia, sending, type Borrower } from './local';
import { memory } from './testing/memory';

const opened: { stop: ReturnType<typeof vi.fn>; enabled: boolean }[] = [];

function fakeTrack() {
  const track = { enabled: true, stop: vi.fn(), addEventListener: () => undefined };
  opened.push(track);
  return track;
}

vi.stubGlobal('navigator', {
  mediaDevices: {
    addEventListener: () => undefined,
    getUserMedia: async () => {
      const [microphone, camera] = [fakeTrack(), fakeTrack()];
      return { getAudioTracks: () => [microphone], getVideoTracks: () => [camera] };
    },
  },
});

const SENDS = { microphone: true, camera: true, screen: false };
let local: LocalMedia;
let asked: unknown[][];
let borrower: Borrower;

beforeEach(async () => {
  opened.length = 0;
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
  expect(opened.map(({ stop }) => stop.mock.calls.length)).toEqual([1, 1]);
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
  expect(opened).toHaveLength(2);
});

test('what the borrower does is what the person wished, also afterwards', async () => {
  local.lend(borrower, SENDS);
  local.lent({ microphone: false, camera: true, screen: true });
  expect(sending(local.state)).toEqual({ microphone: false, camera: true, screen: true });
  local.takeBack();
  await vi.waitFor(() => expect(local.state.microphone.track).not.toBeNull());
  expect(opened.at(-2)?.enabled).toBe(false);
  expect(sending(local.state)).toEqual({ microphone: false, camera: true, screen: false });
});

test('devices that come back after the call are not opened', async () => {
  local.lend(borrower, SENDS);
  local.release();
  local.takeBack();
  await Promise.resolve();
  expect(opened).toHaveLength(2);
});
