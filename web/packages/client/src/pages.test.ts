import { expect, test } from 'vitest';
import { allOf, itemsOf } from './pages.ts';

const PAGES = [
  { items: [1, 2], next_cursor: 'two' },
  { items: [], next_cursor: 'three' },
  { items: [3], next_cursor: null },
];

function pages() {
  const asked: (string | undefined)[] = [];
  const page = async (cursor: string | undefined) => {
    const found = PAGES[asked.push(cursor) - 1];
    if (!found) throw new Error('there is no more');
    return found;
  };
  return { asked, page };
}

test('a list is read to its end', async () => {
  const { asked, page } = pages();
  expect(await allOf(page)).toEqual([1, 2, 3]);
  expect(asked).toEqual([undefined, 'two', 'three']);
});

test('whoever has found something asks for no further page', async () => {
  const { asked, page } = pages();
  for await (const item of itemsOf(page)) if (item === 2) break;
  expect(asked).toEqual([undefined]);
});
