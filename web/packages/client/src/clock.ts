/** The server's time, whatever the computer's own clock says. Milliseconds throughout. */
export class ServerClock {
  #offset = 0;

  /** Learns from an instant the server wrote just now (RFC 3339). */
  learn(serverTime: string): void {
    const instant = Date.parse(serverTime);
    if (!Number.isNaN(instant)) this.#offset = instant - Date.now();
  }

  now(): number {
    return Date.now() + this.#offset;
  }
}
