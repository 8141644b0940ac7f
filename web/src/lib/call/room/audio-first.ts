import type { Level } from '@openvisit/client';

export type Step = 'save' | 'resume';

const BAD_MS = 8000;
const WELL_MS = 10_000;
/** Where it was not the pause that made the line better. */
const WELL_BY_ITSELF_MS = 3000;
/** A pause that helps does so within this time. */
const HELPS_MS = 6000;
const MOST_PATIENCE_MS = 160_000;
const LET_BE_MS = 120_000;

/**
 * On a weak network the voice comes first: after some seconds of bad quality on the way up the own camera pauses, on the
 * way down the others' do. They come back when all has been well for a while, each time a longer one, so that no picture
 * flickers on and off; sooner on another network, and where the line got better by itself.
 */
export class AudioFirst {
  #badSince: number | null = null;
  #wellSince: number | null = null;
  #savingSince: number | null = null;
  #patience = WELL_MS;
  #patienceByItself = WELL_BY_ITSELF_MS;
  #byItself = false;
  #letBeUntil = 0;

  /** What to do at this look, in milliseconds of any clock; null for nothing. */
  look(level: Level, saving: boolean, at: number): Step | null {
    // While nothing comes at all there is nothing to save.
    if (level === 'unknown' || level === 'lost') return this.#forget();
    this.#badSince = level === 'poor' ? (this.#badSince ?? at) : null;
    this.#wellSince = level === 'poor' ? null : (this.#wellSince ?? at);
    this.#savingSince = saving ? (this.#savingSince ?? at) : null;
    if (saving) return this.#resume(at);
    return this.#save(at);
  }

  /** Media take another way: its network may carry what the one before did not. */
  moved(): void {
    this.#forget();
    [this.#patience, this.#patienceByItself] = [WELL_MS, WELL_BY_ITSELF_MS];
    this.#byItself = true;
  }

  /** The person wants the picture all the same. */
  overrule(at: number): void {
    this.#letBeUntil = at + LET_BE_MS;
    this.#badSince = null;
  }

  #forget(): null {
    [this.#badSince, this.#wellSince] = [null, null];
    return null;
  }

  #save(at: number): Step | null {
    if (this.#badSince === null || at < this.#letBeUntil || at - this.#badSince < BAD_MS)
      return null;
    [this.#badSince, this.#byItself] = [null, false];
    return 'save';
  }

  #resume(at: number): Step | null {
    // Bad without the picture, too: whatever makes it better is not its absence.
    if (this.#badSince !== null && at - (this.#savingSince ?? at) >= HELPS_MS)
      this.#byItself = true;
    const patience = this.#byItself ? this.#patienceByItself : this.#patience;
    if (this.#wellSince === null || at - this.#wellSince < patience) return null;
    if (this.#byItself) this.#patienceByItself = longer(this.#patienceByItself);
    else this.#patience = longer(this.#patience);
    [this.#wellSince, this.#byItself] = [null, false];
    return 'resume';
  }
}

function longer(patience: number): number {
  return Math.min(patience * 2, MOST_PATIENCE_MS);
}
