import type { Memory } from '@openvisit/client';
import { expect, test } from 'vitest';
import { deviceMemory } from './chosen';

function memoryOf(): Memory {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const muted = JSON.stringify({
  microphone: { on: false, deviceId: 'headset' },
  noiseSuppression: false,
});

test('a tab keeps what was chosen in it, and another day only which device', () => {
  const browser = memoryOf();
  const first = deviceMemory(memoryOf(), browser);
  first.setItem('devices', muted);
  expect(first.getItem('devices'), 'who was muted is so after a reload').toBe(muted);
  expect(JSON.parse(deviceMemory(memoryOf(), browser).getItem('devices') ?? '')).toMatchObject({
    microphone: { on: true, deviceId: 'headset' },
    noiseSuppression: false,
  });
});

test('what cannot be read, or is not there, is none', () => {
  const browser = memoryOf();
  expect(deviceMemory(memoryOf(), null).getItem('devices')).toBeNull();
  browser.setItem('devices', 'nonsense');
  expect(deviceMemory(memoryOf(), browser).getItem('devices')).toBeNull();
});
