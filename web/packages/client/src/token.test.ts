import { beforeEach, expect, test, vi } from 'vitest';
import { Api } from './api.ts';
import { Identity } from './identity.ts';
import type { User } from './model.ts';
import { Problem } from './problem.ts';
import { memory } from './testing/memory.ts';

/** The tokens that the server takes, and those that it was shown. */
let valid = ['t1'];
let shown: (string | null)[] = [];
let given: unknown[] = [];
let fails = false;
let asked = 0;

const ask = async () => {
  asked += 1;
  if (fails) throw new Error('signed out');
  return (given.shift() ?? '') as string;
};
const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
const api = () => new Api(new Identity(memory()), 'https://visit.test', ask);
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (problem: Problem) => problem.code,
  );

beforeEach(() => {
  valid = ['t1'];
  shown = [];
  given = ['t1'];
  fails = false;
  asked = 0;
  told.mockClear();
  vi.stubGlobal('location', new URL('https://portal.test/'));
  vi.stubGlobal('fetch', async (request: Request) => {
    const token = request.headers.get('Authorization')?.replace('Bearer ', '') ?? null;
    shown.push(token);
    const ok = valid.includes(token ?? '');
    return Response.json(ok ? {} : { code: 'unauthorized' }, { status: ok ? 200 : 401 });
  });
});

test('a page is asked for its token once, however many want to know', async () => {
  const one = api();
  await Promise.all([one.session('s'), one.session('s'), one.config()]);
  await one.session('s');
  expect(asked).toBe(1);
  expect(new Set(shown)).toEqual(new Set(['t1']));
});

test('it is asked again when the last token is not taken any more', async () => {
  const one = api();
  await one.session('s');
  valid = ['t2'];
  given = ['t2'];
  await one.session('s');
  expect(shown).toEqual(['t1', 't1', 't2']);
});

test('a page that gives the same token again is told so, and not asked for ever', async () => {
  const one = api();
  await one.session('s');
  valid = [];
  given = ['t1', 't1', 't1'];
  expect(await codeOf(one.session('s'))).toBe('unauthorized');
  expect(asked).toBe(2);
});

test('a page that gives none is another matter than a server that takes none', async () => {
  fails = true;
  const problem = await api()
    .session('s')
    .catch((thrown: Problem) => thrown);
  expect(problem).toMatchObject({ code: 'no_token', passing: true });
  fails = false;
  given = [''];
  expect(await codeOf(api().session('s'))).toBe('no_token');
  expect(shown).toEqual([]);
});

test('a page that throws at once rejects as one that does later', async () => {
  const throws = () => {
    throw new Error('not yet');
  };
  const one = new Api(new Identity(memory()), 'https://visit.test', throws);
  expect(await codeOf(one.session('s'))).toBe('no_token');
});

test.each([[{ token: 't1' }], ['<!doctype html>'], [null], ['two words']])(
  'a page that gives %j gives no token, and its console says what it gave, once',
  async (wrong) => {
    given = [wrong, wrong, 't1'];
    const one = api();
    expect(await codeOf(one.session('s'))).toBe('no_token');
    expect(await codeOf(one.session('s'))).toBe('no_token');
    expect(told).toHaveBeenCalledTimes(1);
    expect(shown).toEqual([]);
    await one.session('s');
    expect(shown).toEqual(['t1']);
  },
);

test.each([
  ['not asked for somebody whose token a page gave', null, 1],
  ['asked for somebody with an account', { id: 'p1' } as User, 2],
])('the refresh cookie is %s', async (_, user, requests) => {
  valid = [];
  const identity = new Identity(memory());
  identity.take('t1', user);
  const one = new Api(identity, 'https://visit.test');
  expect(await codeOf(one.session('s'))).toBe('unauthorized');
  expect(shown).toHaveLength(requests);
});
