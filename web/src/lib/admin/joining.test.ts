import { expect, test } from 'vitest';
import { requestCheck, sessionCheck } from './example';
import { joiningOf } from './joining';

const WAITING = sessionCheck({ status: 'waiting' });
const PENDING = requestCheck();

test('whether it can be joined is told by its state, its kind, or the request it still is', () => {
  expect(joiningOf(WAITING)).toBe('waiting');
  expect(joiningOf({ ...WAITING, status: 'no_show' })).toBe('over');
  expect(joiningOf({ ...WAITING, kind: 'in_person' })).toBe('in_person');
  expect(joiningOf({ ...WAITING, status: 'pending', request: PENDING })).toBe('pending');
});
