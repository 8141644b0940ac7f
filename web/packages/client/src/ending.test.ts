import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EndNews, tellEnd } from './ending.ts';
import type { Session } from './model.ts';
import { Problem } from './problem.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** What is told while the server answers so, one answer after the other. */
async function told(answers: (Problem | 'ended')[]): Promise<EndNews[]> {
  const news: EndNews[] = [];
  const end = () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Problem ? Promise.reject(answer) : Promise.resolve({} as Session);
  };
  const done = tellEnd(end, (it) => news.push(it));
  await vi.runAllTimersAsync();
  await done;
  return news;
}

test('an end that no token may tell yet is told again until one is taken', async () => {
  const refused = new Problem('unauthorized', 401, 'sign in first');
  const news = await told([refused, new Problem('no_token', 0, 'none'), 'ended']);
  expect(news.map(({ endUnconfirmed }) => endUnconfirmed)).toEqual([true, true, false]);
});

test('an end that is refused for good is not told again', async () => {
  const news = await told([new Problem('forbidden', 403, 'not yours')]);
  expect(news).toEqual([{ endUnconfirmed: false }]);
});
