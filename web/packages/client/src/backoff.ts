/** Whoever waits in vain for longer asks this rarely. */
const MOST_MS = 15_000;
/** What becomes longer with a silence is this part of it, give or take a half: pages that lost the same server do not come back at once. */
const PART = 4;

/** Rests between questions to somebody who does not answer: longer with the silence, so that a short one ends soon, and a long one costs little. */
export class Backoff {
  /** When the first question stayed unanswered. */
  #since: number | null = null;
  #wake: () => void = () => undefined;

  /** How long to rest now, in milliseconds. */
  pause(least: number): number {
    this.#since ??= performance.now();
    const longer = ((performance.now() - this.#since) / PART) * (0.5 + Math.random());
    return Math.max(least, Math.min(longer, MOST_MS));
  }

  /** Rests that long, or until {@link end}, or until nobody wants to go on. */
  async rest(least: number, stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, this.pause(least));
      stop.addEventListener('abort', done);
      this.#wake = done;
    });
  }

  /** The silence is over, or may be: who rests goes on at once, and the next rest is a short one. */
  end(): void {
    this.#since = null;
    this.#wake();
  }
}

/** Calls when this device has a network again, and when the page is looked at again; returns how to stop. */
export function onReturn(act: () => void): () => void {
  const shown = () => {
    if (document.visibilityState === 'visible') act();
  };
  globalThis.addEventListener?.('online', act);
  globalThis.document?.addEventListener('visibilitychange', shown);
  return () => {
    globalThis.removeEventListener?.('online', act);
    globalThis.document?.removeEventListener('visibilitychange', shown);
  };
}
