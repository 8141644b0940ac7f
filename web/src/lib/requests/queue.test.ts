import type { ClientRequest } from '@openvisit/client';
import { expect, test } from 'vitest';
import { queue } from './queue';
import { rules } from './why';

const NOW = Date.parse('2026-03-30T09:00:00Z');
const iso = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const asked = (id: string, from: number, to: number, status = 'pending') =>
  ({ id, created_at: iso(from), expires_at: iso(to), status }) as ClientRequest;

test('the longest waiting is first; who is too late or taken is not there', () => {
  const requests = [
    asked('young', -1, 29),
    asked('old', -20, 10),
    asked('late', -31, -1),
    asked('taken', -5, 25, 'accepted'),
  ];
  const byId = Object.fromEntries(requests.map((it) => [it.id, it]));
  expect(queue(byId, NOW).map(({ id }) => id)).toEqual(['old', 'young']);
});

test('the rule that keeps most away is told first', () => {
  const filtered_out = [{ rule: 'tier' }, { rule: 'own_request' }, { rule: 'tier' }];
  expect(rules({ filtered_out })).toEqual([
    { rule: 'tier', count: 2 },
    { rule: 'own_request', count: 1 },
  ]);
});
