import type { Tokens, User } from './model.ts';

/** The part of `Storage` that is used here. */
export type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Gives the token of whoever is signed in with the page's own program; asked again when the server does not take the last one any more. */
export type AskForToken = () => string | Promise<string>;

const KEY = 'openvisit:identity';

interface Stored {
  token: string;
  /** Null for somebody who came without an account of this server. */
  user: User | null;
  /** Came by a link or a passcode: whatever is needed to come in was given by that. */
  invited?: boolean;
}

/**
 * Who this tab is. The access token lives as long as the tab: two tabs may be two people, whereas the
 * refresh cookie is one for the whole browser.
 */
export class Identity {
  #stored: Stored | null;

  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#stored = parse(memory.getItem(KEY));
  }

  get token(): string | null {
    return this.#stored?.token ?? null;
  }

  get user(): User | null {
    return this.#stored?.user ?? null;
  }

  get invited(): boolean {
    return this.#stored?.invited ?? false;
  }

  /**
   * Takes freshly issued tokens. Refuses (false) when they are another person's than this tab's: the
   * cookie then belongs to somebody who signed in later in another tab.
   */
  renew(tokens: Tokens): boolean {
    if (this.#stored && this.#stored.user?.id !== tokens.user.id) return false;
    this.take(tokens.access_token, tokens.user);
    return true;
  }

  take(token: string, user: User | null, invited = false): void {
    this.#stored = { token, user, invited };
    this.#memory.setItem(KEY, JSON.stringify(this.#stored));
  }

  forget(): void {
    this.#stored = null;
    this.#memory.removeItem(KEY);
  }
}

function parse(text: string | null): Stored | null {
  if (!text) return null;
  try {
    const value: Partial<Stored> = JSON.parse(text);
    return typeof value.token === 'string'
      ? { token: value.token, user: value.user ?? null, invited: value.invited === true }
      : null;
  } catch {
    return null;
  }
}
