const MEND_MS = 4000;

/** Whether a connection stands that mends itself as far as it can. */
export class Standing {
  #state: 'connecting' | 'up' | 'gone' = 'connecting';
  readonly #waiting = new Set<() => void>();

  constructor(private readonly tell: (connected: boolean) => void) {}

  /** It flows, or does not for the time being. */
  set(up: boolean): void {
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
      const timer = setTimeout(() => settle(false), MEND_MS);
      this.#waiting.add(look);
      look();
    });
  }

  #become(state: 'connecting' | 'up' | 'gone'): void {
    this.#state = state;
    this.tell(state === 'up');
    for (const look of [...this.#waiting]) look();
  }
}
