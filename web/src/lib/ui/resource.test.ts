import { Problem } from '@openvisit/client';
import { expect, test } from 'vitest';
import { Pages } from './pages.svelte';
import { Resource } from './resource.svelte';

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
