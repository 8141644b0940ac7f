import { expect, test } from 'vitest';
import { shortcut } from './shortcuts';

const FREE = { typing: false, onButton: false };

function press(keys: string, busy = FREE) {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const has = (name: string) => parts.includes(name);
  return shortcut(
    {
      key,
      code: `Key${key.toUpperCase()}`,
      ctrlKey: has('Ctrl'),
      metaKey: has('Cmd'),
      altKey: has('Alt'),
      repeat: has('held'),
    },
    busy,
  );
}

test('microphone and camera have the keys that people know', () => {
  expect([press('Ctrl+d'), press('Ctrl+D'), press('Ctrl+e'), press('Cmd+d')]).toEqual([
    'microphone',
    'microphone',
    'camera',
    'microphone',
  ]);
  expect([press('d'), press('Alt+d')]).toEqual([null, null]);
});

test('they work while typing; plain keys then belong to the text', () => {
  const typing = { typing: true, onButton: false };
  expect(press('Ctrl+d', typing)).toBe('microphone');
  expect([press('?', typing), press(' ', typing)]).toEqual([null, null]);
  expect([press('?'), press(' ')]).toEqual(['help', 'talk']);
});

test('space presses the button that has the focus, as ever', () => {
  expect(press(' ', { typing: false, onButton: true })).toBeNull();
});

test('a key that is held down switches once', () => {
  expect(press('held+Ctrl+d')).toBeNull();
});

test('panels open by Ctrl and Alt', () => {
  expect([press('Ctrl+Alt+c'), press('Ctrl+Alt+p'), press('Ctrl+Alt+s')]).toEqual([
    'chat',
    'people',
    'settings',
  ]);
});
