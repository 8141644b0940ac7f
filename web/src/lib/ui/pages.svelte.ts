import { Resource } from './resource.svelte';

interface Page {
  items: unknown[];
  next_cursor: string | null;
}

/** A list that comes page by page, with what the server says of the whole. */
export class Pages<P extends Page> extends Resource<P> {
  constructor(private readonly page: (cursor?: string) => Promise<P>) {
    super(() => page());
  }

  get more(): boolean {
    return Boolean(this.value?.next_cursor);
  }

  async loadMore(): Promise<void> {
    const before = this.value;
    const cursor = before?.next_cursor;
    if (!before || !cursor) return;
    await this.fetch(
      () => this.page(cursor),
      (next) => this.take({ ...next, items: [...before.items, ...next.items] }),
    );
  }
}
