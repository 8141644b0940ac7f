import type { Level } from '@openvisit/client';

export type Step = 'save' | 'resume';

const BAD_MS = 8000;
const WELL_MS = 20_000;
const MOST_PATIENCE_MS = 160_000;
const LET_BE_MS = 120_000;

/**
 * On a weak network the voice comes first: after some seconds of bad quality on the way up the own camera pauses, on the
 * way down the others' do. They come back when all has been well for a while, each time a longer one, so that no picture
 * flickers on and off.
 */
export class AudioFirst {
  #badSince: number | null = null;
  #wellSince: number | null = null;
  #patience = WELL_MS;
  #letBeUntil = 0;

  /** What to do at this look, in milliseconds of any clock; null for nothing. */
  look(level: Level, saving: boolean, at: number): Step | null {
    if (level === 'unknown') return null;
    this.#badSince = level === 'poor' ? (this.#badSince ?? at) : null;
    this.#wellSince = level === 'poor' ? null : (this.#wellSince ?? at);
    if (saving) return this.#resume(at);
    return this.#save(at);
  }

  /** The person wants the picture all the same. */
  overrule(at: number): void {
    this.#letBeUntil = at + LET_BE_MS;
    this.#badSince = null;
  }

  #save(at: number): Step | null {
    if (this.#badSince === null || at < this.#letBeUntil || at - this.#badSince < BAD_MS)
      return null;
    this.#badSince = null;
    return 'save';
  }

  #resume(at: number): Step | null {
    if (this.#wellSince === null || at - this.#wellSince < this.#patience) return null;
    this.#patience = Math.min(this.#patience * 2, MOST_PATIENCE_MS);
    this.#wellSince = null;
    return 'resume';
  }
}
