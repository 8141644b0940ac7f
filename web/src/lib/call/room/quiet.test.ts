import type { LocalMedia } from '@openvisit/client';
import { expect, test, vi } from 'vitest';
import { Quiet } from './quiet';

function devices(microphone: boolean, camera: boolean, items = new Map<string, string>()) {
  const memory = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const state = { microphone: { on: microphone }, camera: { on: camera } };
  const local = {
    state,
    setMicrophone: vi.fn(async (on: boolean) => void (state.microphone.on = on)),
    setCamera: vi.fn(async (on: boolean) => void (state.camera.on = on)),
    stopScreen: vi.fn(),
  };
  return { local, quiet: new Quiet(local as unknown as LocalMedia, memory) };
}

const on = ({ state }: ReturnType<typeof devices>['local']) => [
  state.microphone.on,
  state.camera.on,
];

test('what was on goes off and comes back on', () => {
  const { local, quiet } = devices(true, true);
  quiet.be(false);
  expect(local.setMicrophone).not.toHaveBeenCalled();
  quiet.be(true);
  quiet.be(true);
  expect(on(local)).toEqual([false, false]);
  expect(local.stopScreen).toHaveBeenCalledOnce();
  quiet.be(false);
  expect(on(local)).toEqual([true, true]);
});

test('what was off stays off', () => {
  const { local, quiet } = devices(false, true);
  quiet.be(true);
  quiet.be(false);
  expect(on(local)).toEqual([false, true]);
  expect(local.setMicrophone).not.toHaveBeenCalled();
});

test('who leaves meanwhile and comes back is seen and heard again', () => {
  const items = new Map<string, string>();
  devices(true, true, items).quiet.be(true);
  const { local, quiet } = devices(false, false, items);
  quiet.be(true);
  expect(on(local)).toEqual([false, false]);
  quiet.be(false);
  expect(on(local)).toEqual([true, true]);
});
