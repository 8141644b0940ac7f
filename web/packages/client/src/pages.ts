interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Every item of a list, however many pages it has; the next page is asked for once it is needed. */
export async function* itemsOf<T>(
  page: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { items, next_cursor } = await page(cursor);
    yield* items;
    cursor = next_cursor ?? undefined;
  } while (cursor);
}

/** A whole list. */
export async function allOf<T>(
  page: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for await (const item of itemsOf(page)) all.push(item);
  return all;
}
