import { expect, test } from 'vitest';
import { arrivedAs, failed, heard, keep, recall, sending, type ChatLine } from './chat.ts';
import { memory } from './testing/memory.ts';

function message(id: string, second = 0, text = id) {
  const at = new Date(second * 1000).toISOString();
  return { id, participantId: 'them', name: 'Anna', text, at };
}

const ids = (lines: readonly ChatLine[]) => lines.map(({ id }) => id);

test('what is told again after a reconnection is there once', () => {
  const once = heard([], message('a'));
  expect(heard(once, message('a'))).toBe(once);
});

test('messages stand in the order of the server, however they come', () => {
  const lines = heard(heard([], message('b', 2)), message('a', 1));
  expect(ids(lines)).toEqual(['a', 'b']);
});

test('an own message is there at once, and once when the server has told it too', () => {
  const on_its_way = sending([], message('draft', 0, 'hello'));
  expect(on_its_way[0]?.state).toBe('sending');
  const told = heard(on_its_way, message('m1', 0, 'hello'));
  expect(ids(told)).toEqual(['m1']);
  expect(ids(arrivedAs(told, 'draft', 'm1'))).toEqual(['m1']);
  expect(ids(arrivedAs(on_its_way, 'draft', 'm1'))).toEqual(['m1']);
});

test('a message that did not arrive stays, to be sent again', () => {
  const lines = failed(sending([], message('draft')), 'draft');
  expect(lines[0]?.state).toBe('failed');
  expect(sending(lines, message('draft'))[0]?.state).toBe('sending');
});

test('a reload brings back what was said, and what was on its way as not arrived', () => {
  const tab = memory();
  keep(tab, 'chat', sending(heard([], message('a')), message('draft', 1)));
  expect(recall(tab, 'chat').map(({ state }) => state)).toEqual(['said', 'failed']);
  expect(recall(memory(), 'chat')).toEqual([]);
});
