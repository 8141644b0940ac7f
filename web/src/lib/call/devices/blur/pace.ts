/** Fewer frames a second than this stutter more than what is behind somebody is worth. */
const LEAST = 15;
const STRETCH_MS = 3000;

/**
 * How many frames a second a machine can make, by the time that each takes from when it is due: a camera that gives
 * fewer is no fault of the machine's. The first stretch does not count; everything is new then.
 */
export class Pace {
  /** Of the last whole stretch; null before. */
  framesPerSecond: number | null = null;
  #warm = false;
  #began: number | null = null;
  #frames = 0;
  #spent = 0;

  /** Whether it is too slow, after a frame that was due and done at these times, in milliseconds of the same clock. */
  frame(due: number, done: number): boolean {
    this.#began ??= done;
    this.#frames += 1;
    this.#spent += Math.max(0, done - due);
    if (done - this.#began < STRETCH_MS) return false;
    if (this.#warm) this.framesPerSecond = (1000 * this.#frames) / Math.max(1, this.#spent);
    this.#warm = true;
    this.#began = done;
    this.#frames = this.#spent = 0;
    return this.framesPerSecond !== null && this.framesPerSecond < LEAST;
  }
}
