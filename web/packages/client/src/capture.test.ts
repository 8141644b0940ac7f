import { beforeEach, expect, test, vi } from 'vitest';
import { LocalMedia } from './local.ts';
import { Hardware, settle } from './testing/hardware.ts';
import { memory } from './testing/memory.ts';

let hardware: Hardware;
let local: LocalMedia;

const used = (source: 'camera' | 'microphone') => {
  const { usedId, track } = local.state[source];
  // What is said to be used is what runs, and what is sent.
  expect(hardware.live(source)?.deviceId ?? null).toBe(usedId);
  expect(hardware.live(source) ?? null).toBe(track);
  return usedId;
};

beforeEach(async () => {
  hardware = new Hardware();
  vi.stubGlobal('navigator', { mediaDevices: hardware, userAgent: 'desk', maxTouchPoints: 0 });
  local = new LocalMedia(memory());
  await local.open();
});

test.each(['camera', 'microphone'] as const)(
  'a %s that another program has leaves the one that works',
  async (source) => {
    const [first, second] = source === 'camera' ? ['c1', 'c2'] : ['m1', 'm2'];
    hardware.busy.add(second);
    await local.choose(source, second);
    expect(used(source)).toBe(first);
    expect(local.state[source].trouble).toBeNull();
    expect(local.state.refused).toEqual({ source, trouble: 'busy' });
    hardware.busy.clear();
    await local.choose(source, second);
    expect(used(source)).toBe(second);
    expect(local.state.refused).toBeNull();
  },
);

test('one that works is not stopped before the other is there', async () => {
  const before = hardware.live('camera');
  hardware.hold();
  const chosen = local.choose('camera', 'c2');
  await settle();
  expect(before?.readyState).toBe('live');
  await hardware.answerAll();
  await chosen;
  expect(before?.readyState).toBe('ended');
  expect(used('camera')).toBe('c2');
});

test('of two quick choices the last one counts, however the browser answers', async () => {
  hardware.hold();
  const both = [local.choose('camera', 'c2'), local.choose('camera', 'c3')];
  await hardware.answer();
  await hardware.answerAll();
  await Promise.all(both);
  expect(used('camera')).toBe('c3');
});

test('of two quick choices of which the last is taken, the first one worked before', async () => {
  await local.choose('camera', 'c2');
  hardware.busy.add('c1');
  await Promise.all([local.choose('camera', 'c3'), local.choose('camera', 'c1')]);
  expect(used('camera')).toBe('c2');
  expect(local.state.camera.deviceId).toBe('c2');
});

test('a choice while the camera is off counts when it is turned on', async () => {
  await local.setCamera(false);
  await local.choose('camera', 'c2');
  expect(hardware.live('camera')).toBeUndefined();
  await local.setCamera(true);
  expect(used('camera')).toBe('c2');
});

test('a choice while the camera is off that is taken when it is turned on gives the one before', async () => {
  await local.setCamera(false);
  hardware.busy.add('c2');
  await local.choose('camera', 'c2');
  await local.setCamera(true);
  expect(used('camera')).toBe('c1');
  expect(local.state.refused).toEqual({ source: 'camera', trouble: 'busy' });
});

test('a camera that is turned off while it is being opened stays off', async () => {
  hardware.hold();
  const chosen = local.choose('camera', 'c2');
  await settle();
  await local.setCamera(false);
  await hardware.answerAll();
  await chosen;
  expect(hardware.live('camera')).toBeUndefined();
  expect(local.state.camera.track).toBeNull();
});

test('a camera that is turned off and on while it is being opened is opened once', async () => {
  hardware.hold();
  const chosen = local.choose('camera', 'c2');
  const turned = [local.setCamera(false), local.setCamera(true)];
  await hardware.answerAll();
  await Promise.all([chosen, ...turned]);
  expect(used('camera')).toBe('c2');
});

test('less noise while another microphone is being opened is of that one', async () => {
  hardware.hold();
  const changes = [local.choose('microphone', 'm2'), local.setNoiseSuppression(false)];
  await hardware.answerAll();
  await Promise.all(changes);
  expect(used('microphone')).toBe('m2');
});

test('a muted microphone stays muted with another device', async () => {
  await local.setMicrophone(false);
  await local.choose('microphone', 'm2');
  expect(hardware.live('microphone')?.enabled).toBe(false);
});

test('one that is pulled out is replaced, and comes back when it is put in again', async () => {
  await local.choose('camera', 'c2');
  await hardware.unplug('camera');
  expect(used('camera')).toBe('c1');
  expect(local.state.replaced).toEqual({ source: 'camera', label: 'label of c1', back: false });
  hardware.cameras.push('c2');
  await hardware.listChanged();
  expect(used('camera')).toBe('c2');
  expect(local.state.replaced).toEqual({ source: 'camera', label: 'label of c2', back: true });
});

test('whoever chose another one meanwhile keeps it', async () => {
  await local.choose('camera', 'c2');
  await hardware.unplug('camera');
  await local.choose('camera', 'c3');
  hardware.cameras.push('c2');
  await hardware.listChanged();
  expect(used('camera')).toBe('c3');
});

test('a choice while another device takes the place of one that was pulled out counts', async () => {
  hardware.hold();
  hardware.live('camera')?.end();
  await settle();
  const chosen = local.choose('camera', 'c3');
  await hardware.answerAll();
  await chosen;
  expect(used('camera')).toBe('c3');
});

test('the only one that is pulled out is told, and used again once it is back', async () => {
  hardware.cameras = ['c1'];
  await hardware.unplug('camera');
  expect(used('camera')).toBeNull();
  expect(local.state.camera.trouble).toBe('absent');
  hardware.cameras = ['c1'];
  await hardware.listChanged();
  expect(used('camera')).toBe('c1');
});

test('the device of last time that is not there is used once it is put in', async () => {
  await local.choose('microphone', 'm2');
  local.release();
  hardware.microphones = ['m1'];
  await local.open();
  expect(used('microphone')).toBe('m1');
  hardware.microphones.push('m2');
  await hardware.listChanged();
  expect(used('microphone')).toBe('m2');
});

test('a permission that is withdrawn is told', async () => {
  hardware.denied = true;
  hardware.live('camera')?.end();
  hardware.live('microphone')?.end();
  await settle();
  for (const source of ['camera', 'microphone'] as const) {
    expect(used(source)).toBeNull();
    expect(local.state[source].trouble).toBe('denied');
  }
});

test('a device that the system holds back is told to its owner and to the others', async () => {
  hardware.live('microphone')?.setMuted(true);
  expect(local.state.microphone.muted).toBe(true);
  expect(local.sending.microphone).toBe(false);
  hardware.live('microphone')?.setMuted(false);
  expect(local.state.microphone.muted).toBe(false);
  expect(local.sending.microphone).toBe(true);
});

test('what a device that is not used any more does is of no interest', async () => {
  const before = hardware.live('camera');
  await local.choose('camera', 'c2');
  before?.setMuted(true);
  before?.end();
  await settle();
  expect(used('camera')).toBe('c2');
  expect(local.state.camera.muted).toBe(false);
});

test('nothing runs once the devices are let go of, whatever was under way', async () => {
  hardware.hold();
  const under = [local.choose('camera', 'c2'), local.choose('microphone', 'm2')];
  await settle();
  local.release();
  await hardware.answerAll();
  await Promise.all(under);
  expect(hardware.tracks.filter((it) => it.readyState === 'live')).toEqual([]);
});

test('a phone lets go of its camera for the other, and takes it again where that is taken', async () => {
  vi.stubGlobal('navigator', { mediaDevices: hardware, userAgent: 'iPhone', maxTouchPoints: 5 });
  hardware.busy.add('c2');
  await local.choose('camera', 'c2');
  expect(used('camera')).toBe('c1');
  expect(local.state.refused).toEqual({ source: 'camera', trouble: 'busy' });
});

test('a phone’s front and back camera take turns, also where one is taken', async () => {
  hardware.cameras = ['front', 'wide', 'back'];
  await local.choose('camera', 'front');
  expect(local.state.camera.facing).toBe('user');
  await local.flipCamera();
  expect(used('camera')).toBe('back');
  expect(local.state.camera.facing).toBe('environment');
  hardware.busy.add('front');
  await local.flipCamera();
  expect(used('camera')).toBe('back');
  expect(local.state.refused).toEqual({ source: 'camera', trouble: 'busy' });
  hardware.busy.clear();
  await local.setCamera(false);
  await local.setCamera(true);
  expect(used('camera')).toBe('back');
  await local.flipCamera();
  expect(used('camera')).toBe('front');
});

test('cameras that do not say which way they look take turns in their order', async () => {
  await local.flipCamera();
  expect(used('camera')).toBe('c2');
  await local.flipCamera();
  await local.flipCamera();
  expect(used('camera')).toBe('c1');
});
