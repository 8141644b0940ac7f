import type { ListedInvitation } from '@openvisit/client';
import { expect, it } from 'vitest';
import { waysIn } from './ways-in';

const invitation = (id: string, more: Partial<ListedInvitation>): ListedInvitation => ({
  id,
  role: 'client',
  name: null,
  by_code: false,
  created_at: '2026-11-25T09:00:00Z',
  last_used_at: null,
  ...more,
});

it('has the client’s links as one, with when any of them was last used', () => {
  const ways = waysIn([
    invitation('a', {}),
    invitation('g', { role: 'guest', name: 'Ines' }),
    invitation('b', { last_used_at: '2026-11-25T10:00:00Z' }),
    invitation('c', { last_used_at: '2026-11-25T09:30:00Z' }),
    invitation('d', { role: 'guest', by_code: true, name: 'Mo' }),
  ]);
  expect(ways).toEqual([
    { id: 'a', links: 3, kind: 'client', name: null, usedAt: '2026-11-25T10:00:00Z' },
    { id: 'g', links: 1, kind: 'guest', name: 'Ines', usedAt: null },
    { id: 'd', links: 1, kind: 'by_code', name: 'Mo', usedAt: null },
  ]);
});

it('has nothing where nobody was invited', () => {
  expect(waysIn([])).toEqual([]);
});
