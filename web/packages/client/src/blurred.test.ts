import { beforeEach, expect, test, vi } from 'vitest';
import { LocalMedia } from './local.ts';
import { Hardware, HardwareTrack, settle } from './testing/hardware.ts';
import { memory } from './testing/memory.ts';

let hardware: Hardware;
let local: LocalMedia;

beforeEach(() => {
  hardware = new Hardware();
  vi.stubGlobal('navigator', { mediaDevices: hardware, userAgent: 'desk', maxTouchPoints: 0 });
});

/** Blurs nothing, but tells what is asked of it. */
class FakeBlur {
  readonly applied: { camera: unknown; track: HardwareTrack; stopped: boolean }[] = [];
  loaded = 0;
  broken = false;
  tooSlow: () => void = () => undefined;

  load = async () => {
    this.loaded += 1;
    if (this.broken) throw new Error('not to be had');
    return { apply: async (...it: Parameters<FakeBlur['apply']>) => this.apply(...it) };
  };

  apply(camera: MediaStreamTrack, tooSlow: () => void) {
    this.tooSlow = tooSlow;
    const one = { camera, track: new HardwareTrack('video', 'blurred'), stopped: false };
    this.applied.push(one);
    return {
      track: one.track as unknown as MediaStreamTrack,
      stop: () => void (one.stopped = true),
    };
  }

  /** Of which device what is sent is made. */
  of(local: LocalMedia): string | null {
    const running = this.applied.filter(({ stopped }) => !stopped);
    expect(running.length).toBeLessThanOrEqual(1);
    const [one] = running;
    if (one) expect(local.state.camera.track).toBe(one.track);
    return one ? (one.camera as HardwareTrack).deviceId : null;
  }
}

test('what blurs is loaded once somebody asks for it, and goes with every camera', async () => {
  const blur = new FakeBlur();
  local = new LocalMedia(memory(), blur.load);
  await local.open();
  expect(blur.loaded).toBe(0);
  await local.setBlur(true);
  expect(local.state.blur).toBe('on');
  expect(blur.of(local)).toBe('c1');
  await local.choose('camera', 'c2');
  expect(blur.of(local)).toBe('c2');
  expect(local.state.camera.usedId).toBe('c2');
  await local.setCamera(false);
  expect(blur.of(local)).toBeNull();
  await local.setCamera(true);
  expect(blur.of(local)).toBe('c2');
  await hardware.unplug('camera');
  expect(blur.of(local)).toBe('c1');
  await local.setBlur(false);
  expect(blur.of(local)).toBeNull();
  expect(local.state.camera.track).toBe(hardware.live('camera'));
  expect(blur.loaded).toBe(1);
});

test('whoever had it blurred last time gives no picture before it is', async () => {
  const [blur, kept] = [new FakeBlur(), memory()];
  const before = new LocalMedia(kept, blur.load);
  await before.setBlur(true);
  local = new LocalMedia(kept, blur.load);
  const given: unknown[] = [];
  local.subscribe(({ camera }) => camera.track && given.push(camera.track));
  await local.open();
  expect(blur.of(local)).toBe('c1');
  expect(new Set(given)).toEqual(new Set([local.state.camera.track]));
});

test('a machine that is too slow for it shows the picture as it is, and that is told and remembered', async () => {
  const [blur, kept] = [new FakeBlur(), memory()];
  local = new LocalMedia(kept, blur.load);
  await local.open();
  await local.setBlur(true);
  blur.tooSlow();
  blur.tooSlow();
  await settle();
  expect(local.state.blur).toBe('slow');
  expect(blur.of(local)).toBeNull();
  expect(new LocalMedia(kept, blur.load).state.blur).toBe('off');
});

test('what cannot be loaded is told, and is tried again when asked for', async () => {
  const blur = new FakeBlur();
  blur.broken = true;
  local = new LocalMedia(memory(), blur.load);
  await local.open();
  await local.setBlur(true);
  expect(local.state.blur).toBe('failed');
  expect(local.state.camera.track).toBe(hardware.live('camera'));
  blur.broken = false;
  await local.setBlur(true);
  expect(local.state.blur).toBe('on');
});

test('on, off and on again while another camera is opened ends as it was asked for last', async () => {
  const blur = new FakeBlur();
  local = new LocalMedia(memory(), blur.load);
  await local.open();
  await Promise.all([
    local.choose('camera', 'c3'),
    local.setBlur(true),
    local.setBlur(false),
    local.setBlur(true),
  ]);
  expect(blur.of(local)).toBe('c3');
  await Promise.all([local.setBlur(false), local.setBlur(true), local.setCamera(false)]);
  expect(hardware.live('camera')).toBeUndefined();
  expect(blur.of(local)).toBeNull();
});
