import { Problem, type ClientRequest, type Wish } from '@openvisit/client';
import { beforeEach, expect, test, vi } from 'vitest';
import { OwnRequest } from './own-request.svelte';

const { api } = vi.hoisted(() => ({
  api: { ask: vi.fn(), request: vi.fn(), requests: vi.fn(), withdrawRequest: vi.fn() },
}));
vi.mock('$lib/openvisit.svelte', () => ({ api, identity: { user: { id: 'me' } } }));

const wish = {} as Wish;
const request = (status: ClientRequest['status'], id = 'r1') =>
  ({ id, status, client_id: 'me' }) as ClientRequest;

beforeEach(() => {
  for (const call of Object.values(api)) call.mockReset();
});

test('every try to send the same wish has the same key, and the next wish another', async () => {
  const own = new OwnRequest();
  api.ask.mockRejectedValueOnce(Problem.unreachable(null));
  await own.ask(wish);
  expect(own.problem?.code).toBe('unreachable');
  api.ask.mockResolvedValue(request('pending'));
  await own.ask(wish);
  expect([own.value?.status, own.problem]).toEqual(['pending', null]);
  await own.ask(wish);
  const [first, second, third] = api.ask.mock.calls.map(([, key]) => key as string);
  expect(second).toBe(first);
  expect(third).not.toBe(second);
});

test('whoever withdraws too late is told why, and what has become of it', async () => {
  const own = new OwnRequest();
  api.ask.mockResolvedValue(request('pending'));
  await own.ask(wish);
  api.withdrawRequest.mockRejectedValue(new Problem('request_taken', 409, 'taken'));
  api.request.mockResolvedValue(request('accepted'));
  await own.withdraw();
  expect([own.value?.status, own.problem?.code]).toEqual(['accepted', 'request_taken']);
});

test('one that waits from before is found, and what is so stays while nobody can be asked', async () => {
  const own = new OwnRequest();
  api.requests.mockResolvedValue({ items: [request('pending')] });
  await own.look();
  expect(own.value?.status).toBe('pending');
  api.request.mockRejectedValue(Problem.unreachable(null));
  await own.look();
  expect([own.value?.status, own.problem]).toEqual(['pending', null]);
});
