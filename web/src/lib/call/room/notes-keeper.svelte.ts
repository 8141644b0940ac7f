import type { Drafts } from '$lib/drafts';
import { characters, NOTES_LIMIT } from '$lib/notes';

/** How long after a change it is saved, and after a failure tried again. */
const SAVE_MS = 1200;
const RETRY_MS = 5000;

/**
 * Notes that are saved as they are typed. One save at a time; what was typed meanwhile follows. Until the server has
 * them they are kept with the tab, so that a page that crashes or reloads loses nothing.
 */
export class NotesKeeper {
  text = $state('');
  stage = $state<'kept' | 'typed' | 'saving' | 'failed'>('kept');
  readonly over = $derived(Math.max(0, characters(this.text) - NOTES_LIMIT));

  #timer: ReturnType<typeof setTimeout> | undefined;
  #underWay: Promise<void> | null = null;
  #closed = false;

  /** `stored` is what the server has; a draft under `key` is newer than that. */
  constructor(
    stored: string,
    private readonly key: string,
    private readonly drafts: Drafts,
    private readonly save: (text: string) => Promise<unknown>,
  ) {
    this.text = drafts.of(key) ?? stored;
    if (this.text !== stored) this.typed();
    else drafts.drop(key);
  }

  /** To be called with every change of the text. */
  typed(): void {
    this.drafts.keep(this.key, this.text);
    if (this.stage !== 'saving') this.stage = 'typed';
    this.#later(SAVE_MS);
  }

  /** Saves what is not saved yet, for when the panel goes away. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== undefined) this.#flush();
  }

  #later(milliseconds: number): void {
    this.#timer ??= setTimeout(() => this.#flush(), milliseconds);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What is under way looks again when it is done.
    if (this.over === 0) this.#underWay ??= this.#send().finally(() => (this.#underWay = null));
  }

  async #send(): Promise<void> {
    const { text } = this;
    this.stage = 'saving';
    try {
      await this.save(text);
      if (this.text === text) this.#kept();
      else this.#again(SAVE_MS);
    } catch {
      this.#again(RETRY_MS, 'failed');
    }
  }

  #kept(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.stage = 'kept';
    this.drafts.drop(this.key);
  }

  #again(milliseconds: number, stage: 'typed' | 'failed' = 'typed'): void {
    this.stage = stage;
    // The draft stays: whoever opens the notes next saves it.
    if (!this.#closed || stage === 'typed') this.#later(this.#closed ? 0 : milliseconds);
  }
}
