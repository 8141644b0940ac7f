import { beforeEach, expect, test, vi } from 'vitest';
import { Api } from './api.ts';
import { Identity } from './identity.ts';
import type { Problem } from './problem.ts';
import { memory } from './testing/memory.ts';

/** What becomes of requests whose answer may be read, and of those whose may not. */
let readable = false;
let reachable = true;
const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);

const failed = (server: string) =>
  new Api(new Identity(memory()), server).config().then(
    () => null,
    (problem: Problem) => problem,
  );

beforeEach(() => {
  readable = false;
  reachable = true;
  said.mockClear();
  vi.stubGlobal('location', new URL('https://portal.test/page'));
  vi.stubGlobal('fetch', async (_: unknown, options?: RequestInit) => {
    if (reachable && (readable || options?.mode === 'no-cors')) return Response.json({});
    throw new TypeError('Failed to fetch');
  });
});

test('a page whose origin is not named is told what to add, and the console is once', async () => {
  const problem = await failed('https://visit.test');
  expect(problem).toMatchObject({ code: 'origin_refused', passing: false });
  expect(problem?.message).toContain('cors_origins = ["https://portal.test"]');
  await failed('https://visit.test');
  expect(said.mock.calls).toEqual([[problem?.message]]);
});

test('a page that asks this server for its own token is told of its origin, and not of the token', async () => {
  const ask = async () => (await fetch('https://fourth.test/api/v1/auth/login')).text();
  const code = () =>
    new Api(new Identity(memory()), 'https://fourth.test', ask).session('s').then(
      () => null,
      (problem: Problem) => problem.code,
    );
  expect(await code()).toBe('origin_refused');
  expect(said).toHaveBeenCalledOnce();
  expect(said.mock.calls[0]?.[0]).toContain('add this origin to cors_origins');
  // Where pages of this origin may read, the page has another reason.
  readable = true;
  vi.stubGlobal('fetch', async (asked: unknown) => {
    if (String(asked).endsWith('/health')) return Response.json({});
    throw new TypeError('Failed to fetch');
  });
  expect(await code()).toBe('no_token');
});

test('a server that is away is away', async () => {
  reachable = false;
  expect(await failed('https://other.test')).toMatchObject({ code: 'unreachable', passing: true });
  expect(said).not.toHaveBeenCalled();
});

test('once an answer was read, a request that fails has another reason', async () => {
  readable = true;
  const api = new Api(new Identity(memory()), 'https://third.test');
  await api.config();
  readable = false;
  await expect(api.config()).rejects.toMatchObject({ code: 'unreachable' });
});

test('nobody asks a page’s own server whether it may be read', async () => {
  expect(await failed('https://portal.test')).toMatchObject({ code: 'unreachable' });
});
