/** A short word about what was done, with a way back where there is one. */
export interface Message {
  text: string;
  /** Takes back what was done. */
  undo?: () => void;
}

/** Long enough to read it and reach for the button; whoever is on it keeps it. */
const SHOWN_MS = 10_000;

class Toasts {
  message = $state.raw<Message | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows it in place of what was shown before. */
  show(text: string, undo?: () => void): void {
    this.message = { text, undo };
    this.resume();
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.message = null;
  }

  undo(): void {
    const undo = this.message?.undo;
    this.dismiss();
    undo?.();
  }

  /** Stays while somebody is about to use it. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  resume(): void {
    this.hold();
    this.#timer = setTimeout(() => this.dismiss(), SHOWN_MS);
  }
}

/** The one toast of the page; `Toast.svelte` draws it. */
export const toast = new Toasts();
