import type { Arrived } from './stats.ts';

/** Longer than any pause of a connection on which reports, answers to knocks and mostly media come many times a second. */
const SILENCE_MS = 1500;

/** Tells by what has arrived whether the other end can still be heard; browsers take some seven seconds to notice. */
export class Hearing {
  #before: Arrived = new Map();
  #heardAt: number | null = null;

  /** `quiet`: nothing since the last look, which may be chance. Milliseconds of any clock. */
  look(arrived: Arrived, at: number): 'heard' | 'quiet' | 'silent' {
    // Ways that were given up take their counts with them.
    const heard = [...arrived].some(([way, count]) => count > (this.#before.get(way) ?? 0));
    this.#before = arrived;
    if (heard || this.#heardAt === null) this.#heardAt = at;
    if (heard) return 'heard';
    return at - this.#heardAt < SILENCE_MS ? 'quiet' : 'silent';
  }
}
