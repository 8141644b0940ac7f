import { Problem } from '@openvisit/client';
import { expect, test } from 'vitest';
import { Pages, Resource } from './resource.svelte';

interface Page {
  items: number[];
  next_cursor: string | null;
}

test('the answer to the latest question counts, though an earlier one comes later', async () => {
  const answers: ((value: string) => void)[] = [];
  const resource = new Resource(() => new Promise<string>((answer) => answers.push(answer)));
  const first = resource.load();
  const second = resource.load();
  answers[1]?.('new');
  answers[0]?.('old');
  await Promise.all([first, second]);
  expect(resource.value).toBe('new');
  expect(resource.busy).toBe(false);
});

test('what is there stays when it cannot be had anew', async () => {
  let works = true;
  const resource = new Resource(async () => {
    if (works) return 'there';
    throw Problem.unreachable(null);
  });
  await resource.load();
  works = false;
  await resource.load();
  expect(resource.value).toBe('there');
  expect(resource.problem?.code).toBe('unreachable');
});

test('a further page is added to the list, and the last one ends it', async () => {
  const pages = new Pages(async (cursor?: string): Promise<Page> =>
    cursor ? { items: [3], next_cursor: null } : { items: [1, 2], next_cursor: 'c' },
  );
  await pages.load();
  expect(pages.value?.items).toEqual([1, 2]);
  expect(pages.more).toBe(true);
  await pages.loadMore();
  expect(pages.value?.items).toEqual([1, 2, 3]);
  expect(pages.more).toBe(false);
});

test('a page that belongs to an earlier question is dropped', async () => {
  let answer: ((page: Page) => void) | undefined;
  const pages = new Pages<Page>((cursor?: string) =>
    cursor
      ? new Promise((resolve) => (answer = resolve))
      : Promise.resolve({ items: [1], next_cursor: 'c' }),
  );
  await pages.load();
  const late = pages.loadMore();
  await pages.load();
  answer?.({ items: [9], next_cursor: null });
  await late;
  expect(pages.value?.items).toEqual([1]);
});

test('what somebody wants is asked for without what stood in the way before', async () => {
  const answers: ((value: string) => void)[] = [];
  let works = false;
  const resource = new Resource(() =>
    works
      ? new Promise<string>((answer) => answers.push(answer))
      : Promise.reject(Problem.unreachable(null)),
  );
  await resource.load();
  expect(resource.stage).toBe('failed');
  works = true;
  const silently = resource.refresh();
  expect([resource.problem?.code, resource.stage]).toEqual(['unreachable', 'loading']);
  const wanted = resource.load();
  expect(resource.problem).toBeNull();
  answers[1]?.('there');
  answers[0]?.('late');
  await Promise.all([silently, wanted]);
  expect([resource.value, resource.stage]).toEqual(['there', 'ready']);
});

test('whoever answers hears that the answer is not wanted any more', async () => {
  const signals: AbortSignal[] = [];
  const resource = new Resource(async (signal) => {
    signals.push(signal);
    return 'there';
  });
  const first = resource.load();
  const second = resource.load();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  resource.forget();
  await Promise.all([first, second]);
  expect([resource.value, resource.busy]).toEqual([null, false]);
});

test('what an action answers with is what is there, and a refusal leaves what was', async () => {
  const resource = new Resource(async () => 'before');
  await resource.load();
  await resource.refresh(async () => 'after');
  expect(resource.value).toBe('after');
  await resource.refresh(() => Promise.reject(Problem.unreachable(null)));
  expect([resource.value, resource.problem?.code]).toEqual(['after', 'unreachable']);
  await resource.refresh(async () => 'at last');
  expect(resource.problem).toBeNull();
});
