import type { SessionCheck } from '@openvisit/client';
import { expect, test } from 'vitest';
import { joiningOf } from './support';

const WAITING: SessionCheck = {
  id: '1',
  found: true,
  status: 'waiting',
  kind: 'video',
  request: null,
  participants: [],
  can_be_ended: true,
  recommendations: [],
};
const PENDING: SessionCheck['request'] = {
  id: '1',
  customer_user_id: '2',
  status: 'pending',
  created_at: '2026-11-21T16:50:00Z',
  expires_at: '2026-11-21T17:00:00Z',
};

test('whether it can be joined is told by its state, its kind, or the request it still is', () => {
  expect(joiningOf(WAITING)).toBe('waiting');
  expect(joiningOf({ ...WAITING, status: 'no_show' })).toBe('over');
  expect(joiningOf({ ...WAITING, kind: 'in_person' })).toBe('in_person');
  expect(joiningOf({ ...WAITING, status: 'pending', request: PENDING })).toBe('pending');
});
