import { asProblem, type Problem } from '@openvisit/client';

/**
 * Something that the server is asked for: on its way, there, or refused. What is there stays while it is asked for anew, and the
 * answer to the latest question counts, whatever order they come in.
 */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  #question = new AbortController();

  /** @param ask Its signal says that the answer is not wanted any more. */
  constructor(ask: (signal: AbortSignal) => Promise<T>) {
    this.#ask = ask;
  }

  /** What can be drawn. Once there is something, it is, whatever comes of asking again. */
  get stage(): 'loading' | 'ready' | 'failed' {
    if (this.value !== null) return 'ready';
    return this.problem && !this.busy ? 'failed' : 'loading';
  }

  /** Asks because somebody wants it: what stood in the way before is not said any more. */
  load(): Promise<void> {
    this.problem = null;
    return this.refresh();
  }

  /** Asks because it may have changed, or does what changes it: all that is shown stays until the answer. */
  refresh(ask: (signal: AbortSignal) => Promise<T> = this.#ask): Promise<void> {
    return this.fetch(ask, (value) => this.take(value));
  }

  /** Forgets what is there, since something else is asked for now. */
  anew(): Promise<void> {
    this.value = null;
    return this.load();
  }

  /** Forgets what is there, and what is on its way. */
  forget(): void {
    this.#question.abort();
    this.busy = false;
    this.value = null;
    this.problem = null;
  }

  take(value: T): void {
    this.value = value;
    this.problem = null;
  }

  protected async fetch<A>(
    ask: (signal: AbortSignal) => Promise<A>,
    take: (answer: A) => void,
  ): Promise<void> {
    this.#question.abort();
    const { signal } = (this.#question = new AbortController());
    this.busy = true;
    try {
      const answer = await ask(signal);
      if (!signal.aborted) take(answer);
    } catch (thrown) {
      if (!signal.aborted) this.problem = asProblem(thrown);
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }
}

interface Page {
  items: unknown[];
  next_cursor: string | null;
}

/** A list that comes page by page, with what the server says of the whole. */
export class Pages<P extends Page> extends Resource<P> {
  readonly #page: (cursor: string | undefined, signal: AbortSignal) => Promise<P>;

  constructor(page: (cursor: string | undefined, signal: AbortSignal) => Promise<P>) {
    super((signal) => page(undefined, signal));
    this.#page = page;
  }

  get more(): boolean {
    return Boolean(this.value?.next_cursor);
  }

  async loadMore(): Promise<void> {
    const before = this.value;
    const cursor = before?.next_cursor;
    if (!before || !cursor) return;
    this.problem = null;
    await this.fetch(
      (signal) => this.#page(cursor, signal),
      (next) => this.take({ ...next, items: [...before.items, ...next.items] }),
    );
  }
}
