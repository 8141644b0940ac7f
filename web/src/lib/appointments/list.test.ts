import { Problem, type Session, type SessionEvent, type SessionQuery } from '@openvisit/client';
import { beforeEach, expect, test, vi } from 'vitest';
import { booked } from './example';
import { SessionList } from './list.svelte';

interface Page {
  items: Session[];
  next_cursor: string | null;
}
type Ask = (query: SessionQuery) => Promise<Page>;

const { sessions, listeners } = vi.hoisted(() => ({
  sessions: vi.fn<Ask>(),
  listeners: new Set<(event: SessionEvent, session: Session) => void>(),
}));
vi.mock('$lib/openvisit.svelte', () => ({ api: { sessions } }));
vi.mock('$lib/shell/live.svelte', () => ({
  live: {
    listen: (listener: (event: SessionEvent, session: Session) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReturn: () => () => undefined,
  },
}));

const everything = { query: {}, shown: () => true };
const page = (next_cursor: string | null, ...ids: string[]): Page => ({
  items: ids.map((id) => booked({ id })),
  next_cursor,
});
const idsOf = (list: SessionList) => list.items.map(({ id }) => id);

beforeEach(() => {
  sessions.mockReset();
  listeners.clear();
});

test('pages without anything to show are passed over', async () => {
  sessions.mockResolvedValueOnce(page('2', 'a')).mockResolvedValueOnce(page('3', 'b'));
  const list = new SessionList();
  await list.show({ query: {}, shown: ({ id }) => id === 'b' });
  expect(idsOf(list)).toEqual(['b']);
  expect(list.more).toBe(true);
});

test('what is brought anew is as much as was shown', async () => {
  sessions.mockImplementation(async ({ cursor }) =>
    cursor ? page(null, 'c') : page('2', 'a', 'b'),
  );
  const list = new SessionList();
  await list.show(everything);
  await list.loadMore();
  expect(idsOf(list)).toEqual(['a', 'b', 'c']);
  await list.reload();
  expect(idsOf(list)).toEqual(['a', 'b', 'c']);
  expect(list.more).toBe(false);
});

test('a list that was there stays when the server is away, and says so until it is back', async () => {
  sessions.mockResolvedValueOnce(page(null, 'a'));
  const list = new SessionList();
  await list.show(everything);
  sessions.mockRejectedValueOnce(Problem.unreachable(null));
  await list.reload();
  expect([idsOf(list), list.stage, list.problem?.code]).toEqual([['a'], 'ready', 'unreachable']);
  sessions.mockResolvedValueOnce(page(null, 'a'));
  const again = list.reload();
  expect(list.problem?.code).toBe('unreachable');
  await again;
  expect(list.problem).toBeNull();
});

test('what is told of a session is drawn, and one that is not wanted any more goes', async () => {
  sessions.mockResolvedValueOnce(page(null, 'a', 'b'));
  const list = new SessionList();
  const stop = list.follow();
  await list.show({ query: {}, shown: ({ status }) => status === 'scheduled' });
  for (const listener of listeners) listener('ended', booked({ id: 'a', status: 'completed' }));
  expect(idsOf(list)).toEqual(['b']);
  stop();
  expect(listeners.size).toBe(0);
});
