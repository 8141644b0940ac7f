import type { MediaEvents } from '../media.ts';

/** How long it may try to come back by itself before somebody else is told to see to it. */
const PATIENCE_MS = 2000;
/** How long it may try in all. */
const MEND_MS = 4000;

/** Whether a connection stands that mends itself as far as it can. */
export class Standing {
  #state: 'connecting' | 'up' | 'gone' = 'connecting';
  #fellAt = performance.now();
  #patience: ReturnType<typeof setTimeout> | undefined;
  readonly #waiting = new Set<() => void>();

  readonly #events: Pick<MediaEvents, 'up' | 'failing'>;

  constructor(events: Pick<MediaEvents, 'up' | 'failing'>) {
    this.#events = events;
  }

  /** It flows, or does not for the time being. */
  set(up: boolean): void {
    if (this.#state === 'up' && !up) {
      this.#fellAt = performance.now();
      // A vendor's own program may try for a minute; people do not.
      this.#patience = setTimeout(() => this.#events.failing(), PATIENCE_MS);
    }
    this.#become(up ? 'up' : 'connecting');
  }

  /** It will not come back by itself. */
  end(): void {
    this.#become('gone');
  }

  /** All that is to be done is to wait for it; false when it is gone, or takes too long. */
  mended(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (stands: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(stands);
      };
      const look = () => this.#state !== 'connecting' && settle(this.#state === 'up');
      const left = this.#fellAt + MEND_MS - performance.now();
      const timer = setTimeout(() => settle(false), left);
      this.#waiting.add(look);
      look();
    });
  }

  #become(state: 'connecting' | 'up' | 'gone'): void {
    if (state !== 'connecting') clearTimeout(this.#patience);
    this.#state = state;
    this.#events.up(state === 'up');
    for (const look of [...this.#waiting]) look();
  }
}
