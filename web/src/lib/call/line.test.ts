import { expect, test } from 'vitest';
import { troubleOf } from './line';

const call = { phase: 'call', link: { media: 'up', realtime: 'up' }, reachable: true } as const;
const lost = { media: 'lost', realtime: 'up' } as const;

test('a call in which all comes has no trouble, whatever the browser thinks of its network', () => {
  expect(troubleOf(call, true)).toBeNull();
  expect(troubleOf(call, false)).toBeNull();
});

test('a server that is gone is told from one that only does not answer', () => {
  expect(troubleOf({ ...call, link: lost, reachable: false }, true)).toBe('gone');
  expect(troubleOf({ ...call, reachable: false }, true)).toBe('unanswered');
});

test('a device without network is to blame only where nothing comes', () => {
  expect(troubleOf({ ...call, link: lost, reachable: false }, false)).toBe('offline');
  expect(troubleOf({ ...call, reachable: false }, false)).toBe('unanswered');
  expect(troubleOf({ ...call, link: lost }, false)).toBe('reconnecting');
});

test('a first connection is not told as a second one', () => {
  expect(troubleOf({ ...call, link: { ...call.link, media: 'connecting' } }, true)).toBe(
    'connecting',
  );
});

test('at the door there is no picture to wait for', () => {
  const waiting = {
    phase: 'waiting',
    link: { media: 'connecting', realtime: 'up' },
    reachable: true,
  } as const;
  expect(troubleOf(waiting, true)).toBeNull();
  expect(troubleOf({ ...waiting, reachable: false }, true)).toBe('gone');
});

test('picture and sound may come while messages do not, and the other way round', () => {
  const unheard = { media: 'up', realtime: 'lost' } as const;
  expect(troubleOf({ ...call, link: unheard }, true)).toBe('unheard');
  expect(troubleOf({ ...call, link: unheard, reachable: false }, true)).toBe('unanswered');
  expect(troubleOf({ ...call, link: { media: 'lost', realtime: 'lost' } }, true)).toBe(
    'reconnecting',
  );
  expect(troubleOf({ ...call, phase: 'waiting', link: unheard }, true)).toBe('unheard');
  expect(troubleOf({ ...call, phase: 'lobby', link: unheard }, true)).toBeNull();
  expect(troubleOf({ ...call, link: { media: 'up', realtime: 'connecting' } }, true)).toBeNull();
});
