/** How often the server is asked whether it is there, and how long it may take at least, in milliseconds. */
const ASK_MS = 1000;
const ANSWER_MS = 1300;
const MOST_ANSWER_MS = 8000;
/** So many times longer than the last answer took is late: a slow line is not a server that is gone. */
const LATE = 3;
/** So many times later than late, and the channel itself is dead, whatever it says. */
const DEAD = 3;

interface Pulsing {
  /** Asks; null where nothing can be asked at present. The answer may come late, or never. */
  ask: () => Promise<unknown> | null;
  alive: (alive: boolean) => void;
  /** Nothing comes through any more. */
  dead: () => void;
}

/** Notices by questions and answers when the other end of a channel is gone, long before the channel says so. */
export class Pulse {
  #timer: ReturnType<typeof setInterval> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;
  #dead: ReturnType<typeof setTimeout> | undefined;
  #patience = ANSWER_MS;
  #asking = false;
  // Of a server that has never answered, which may be older, silence tells nothing.
  #answers = false;

  readonly #parts: Pulsing;

  constructor(parts: Pulsing) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#ask(), ASK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.forget();
  }

  /** Another channel: what was asked on the one before is not answered any more. */
  forget(): void {
    clearTimeout(this.#late);
    clearTimeout(this.#dead);
    this.#asking = false;
  }

  #ask(): void {
    if (this.#asking) return;
    const answer = this.#parts.ask();
    if (!answer) return;
    this.#asking = true;
    const at = performance.now();
    if (this.#answers) {
      this.#late = setTimeout(() => this.#parts.alive(false), this.#patience);
      this.#dead = setTimeout(() => this.#parts.dead(), this.#patience * DEAD);
    }
    answer.then(
      () => this.#answered(performance.now() - at),
      () => undefined,
    );
  }

  #answered(took: number): void {
    this.forget();
    this.#answers = true;
    this.#patience = Math.min(Math.max(ANSWER_MS, took * LATE), MOST_ANSWER_MS);
    this.#parts.alive(true);
  }
}
