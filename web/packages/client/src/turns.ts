/** Whether nothing newer was asked for meanwhile. */
export type Latest = () => boolean;

/** Changes of one thing, one after the other. */
export class Turns {
  #asked = 0;
  #last: Promise<void> = Promise.resolve();

  /** In place of what was asked for before: that is under way, or not begun yet, and can tell by `latest`. */
  instead(change: (latest: Latest) => Promise<void>): Promise<void> {
    this.overtake();
    return this.after(change);
  }

  /** Once what was asked for before is done. */
  after(change: (latest: Latest) => Promise<void>): Promise<void> {
    const asked = this.#asked;
    this.#last = this.#last.then(() => change(() => asked === this.#asked));
    return this.#last;
  }

  /** What was asked for before counts no more. */
  overtake(): void {
    this.#asked += 1;
  }
}
