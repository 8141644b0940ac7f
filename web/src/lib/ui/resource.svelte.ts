import { asProblem, type Problem } from '@openvisit/client';

/** Something that the server is asked for: on its way, there, or refused. What is there stays while it is asked for anew. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #turn = 0;

  constructor(private readonly ask: () => Promise<T>) {}

  load(): Promise<void> {
    return this.fetch(this.ask, (value) => this.take(value));
  }

  /** Forgets what is there, since something else is asked for now. */
  anew(): Promise<void> {
    this.value = null;
    return this.load();
  }

  take(value: T): void {
    this.value = value;
    this.problem = null;
  }

  /** The answer to the latest question counts, whatever order they come in. */
  protected async fetch<A>(ask: () => Promise<A>, take: (answer: A) => void): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    this.problem = null;
    try {
      const answer = await ask();
      if (turn === this.#turn) take(answer);
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}
