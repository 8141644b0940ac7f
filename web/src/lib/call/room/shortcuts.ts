/** What can be done by keys alone; the first two as in other programs for calls. */
export type Shortcut =
  | 'microphone'
  | 'camera'
  | 'chat'
  | 'people'
  | 'notes'
  | 'settings'
  | 'fullScreen'
  | 'help'
  | 'talk';

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

const WITH_CTRL: Record<string, Shortcut> = { d: 'microphone', e: 'camera' };
const WITH_CTRL_ALT: Record<string, Shortcut> = {
  KeyC: 'chat',
  KeyP: 'people',
  KeyN: 'notes',
  KeyS: 'settings',
  KeyF: 'fullScreen',
};

/** The keys, for the help sheet. */
export const KEYS: Record<Shortcut, string[]> = {
  microphone: ['Ctrl', 'D'],
  camera: ['Ctrl', 'E'],
  talk: ['␣'],
  chat: ['Ctrl', 'Alt', 'C'],
  people: ['Ctrl', 'Alt', 'P'],
  notes: ['Ctrl', 'Alt', 'N'],
  settings: ['Ctrl', 'Alt', 'S'],
  fullScreen: ['Ctrl', 'Alt', 'F'],
  help: ['?'],
};

/** What a key press asks for; `busy` while the keys are needed elsewhere: typing, or a button that space presses. */
export function shortcut(
  press: Press,
  busy: { typing: boolean; onButton: boolean },
): Shortcut | null {
  if (press.repeat) return null;
  const ctrl = press.ctrlKey || press.metaKey;
  // With Alt some layouts give another character for the same key.
  if (ctrl && press.altKey) return WITH_CTRL_ALT[press.code] ?? null;
  if (ctrl) return WITH_CTRL[press.key.toLowerCase()] ?? null;
  if (busy.typing || press.altKey) return null;
  if (press.key === '?') return 'help';
  return press.key === ' ' && !busy.onButton ? 'talk' : null;
}

/** What the keys are needed for where they were pressed. */
export function busyAt(target: EventTarget | null): { typing: boolean; onButton: boolean } {
  const element = target instanceof Element ? target : null;
  return {
    typing: element?.closest('input, textarea, select, [contenteditable]') != null,
    onButton: element?.closest('button, a, summary, [role="menuitem"]') != null,
  };
}
