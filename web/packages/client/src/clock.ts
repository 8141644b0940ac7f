/** A header tells whole seconds, and was on its way: it corrects only what it shows to be further off. */
const ROUGH_MS = 3_000;

/** The server's time, whatever the computer's own clock says. Milliseconds throughout. */
export class ServerClock {
  #offset = 0;

  /** Learns from an instant the server wrote just now (RFC 3339). */
  learn(serverTime: string): void {
    const instant = Date.parse(serverTime);
    if (!Number.isNaN(instant)) this.#offset = instant - Date.now();
  }

  /** Learns from an answer's `Date`, where that shows more than it can be wrong by: clocks on pages do not jump about. */
  hear(date: string | null): void {
    const instant = Date.parse(date ?? '');
    if (Math.abs(instant - this.now()) > ROUGH_MS) this.#offset = instant - Date.now();
  }

  now(): number {
    return Date.now() + this.#offset;
  }
}
