import { expect, test } from 'vitest';
import { troubleOf } from './line';

const call = { phase: 'call', link: 'up', reachable: true } as const;

test('a call in which all comes has no trouble, whatever the browser thinks of its network', () => {
  expect(troubleOf(call, true)).toBeNull();
  expect(troubleOf(call, false)).toBeNull();
});

test('a server that is gone is told from one that only does not answer', () => {
  expect(troubleOf({ ...call, link: 'lost', reachable: false }, true)).toBe('gone');
  expect(troubleOf({ ...call, reachable: false }, true)).toBe('unanswered');
});

test('a device without network is to blame only where nothing comes', () => {
  expect(troubleOf({ ...call, link: 'lost', reachable: false }, false)).toBe('offline');
  expect(troubleOf({ ...call, reachable: false }, false)).toBe('unanswered');
  expect(troubleOf({ ...call, link: 'lost' }, false)).toBe('reconnecting');
});

test('a first connection is not told as a second one', () => {
  expect(troubleOf({ ...call, link: 'connecting' }, true)).toBe('connecting');
});

test('at the door there is no picture to wait for', () => {
  const waiting = { phase: 'waiting', link: 'connecting', reachable: true } as const;
  expect(troubleOf(waiting, true)).toBeNull();
  expect(troubleOf({ ...waiting, reachable: false }, true)).toBe('gone');
});
