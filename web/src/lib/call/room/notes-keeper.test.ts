import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Drafts } from '$lib/drafts';
import { NotesKeeper } from './notes-keeper.svelte';

const items = new Map<string, string>();
const drafts = new Drafts({
  getItem: (key) => items.get(key) ?? null,
  setItem: (key, value) => void items.set(key, value),
  removeItem: (key) => void items.delete(key),
});
let saves: { text: string; done: () => void; fail: () => void }[];

function keeper(stored = ''): NotesKeeper {
  const save = (text: string) =>
    new Promise<void>((done, reject) =>
      saves.push({ text, done, fail: () => reject(new Error('gone')) }),
    );
  return new NotesKeeper(stored, 'notes 1', drafts, save);
}

function type(notes: NotesKeeper, text: string): void {
  notes.text = text;
  notes.typed();
}

const said = () => saves.map(({ text }) => text);
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  items.clear();
  saves = [];
});
afterEach(() => vi.useRealTimers());

test('what is typed is saved soon after, and no draft is left', async () => {
  const notes = keeper('old');
  expect(notes.stage).toBe('kept');
  type(notes, 'sleeps');
  type(notes, 'sleeps badly');
  expect(drafts.of('notes 1')).toBe('sleeps badly');
  await vi.runOnlyPendingTimersAsync();
  expect(said()).toEqual(['sleeps badly']);
  saves[0]?.done();
  await settled();
  expect(notes.stage).toBe('kept');
  expect(drafts.of('notes 1')).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});

test('what is typed during a save follows it, one at a time', async () => {
  const notes = keeper();
  type(notes, 'a');
  await vi.runOnlyPendingTimersAsync();
  type(notes, 'ab');
  await vi.runOnlyPendingTimersAsync();
  expect(said()).toEqual(['a']);
  saves[0]?.done();
  await vi.runOnlyPendingTimersAsync();
  expect(said()).toEqual(['a', 'ab']);
  saves[1]?.done();
  await settled();
  expect(notes.stage).toBe('kept');
});

test('a save that fails is tried again, and the draft stays', async () => {
  const notes = keeper();
  type(notes, 'a');
  await vi.runOnlyPendingTimersAsync();
  saves[0]?.fail();
  await settled();
  expect([notes.stage, drafts.of('notes 1')]).toEqual(['failed', 'a']);
  await vi.runOnlyPendingTimersAsync();
  saves[1]?.done();
  await settled();
  expect([notes.stage, drafts.of('notes 1')]).toEqual(['kept', null]);
});

test('after a crash of the page the draft is there, and is saved', async () => {
  drafts.keep('notes 1', 'typed before');
  const notes = keeper('stored');
  expect(notes.text).toBe('typed before');
  await vi.runOnlyPendingTimersAsync();
  expect(said()).toEqual(['typed before']);
});

test('the panel that goes away saves at once, also what came during a save', async () => {
  const notes = keeper();
  type(notes, 'a');
  notes.close();
  expect(said()).toEqual(['a']);
  const other = keeper();
  type(other, 'b');
  await vi.runOnlyPendingTimersAsync();
  type(other, 'bc');
  other.close();
  saves.at(-1)?.done();
  await vi.runOnlyPendingTimersAsync();
  expect(said()).toEqual(['a', 'b', 'bc']);
});

test('too much is not saved, and not lost', async () => {
  const notes = keeper();
  type(notes, '💊'.repeat(501));
  await vi.runOnlyPendingTimersAsync();
  expect([notes.over, said().length, drafts.of('notes 1')?.length]).toEqual([1, 0, 1002]);
  type(notes, '💊'.repeat(500));
  await vi.runOnlyPendingTimersAsync();
  expect(said()).toEqual(['💊'.repeat(500)]);
});
