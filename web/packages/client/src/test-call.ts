import { settle, type Api } from './api.ts';
import type { LocalMedia } from './local.ts';
import type { Remote } from './media.ts';
import type { MediaGrant } from './model.ts';
import { asProblem, Problem } from './problem.ts';
import { Embedded } from './providers/embedded.ts';
import type { Quality } from './stats.ts';
import type { Way } from './way.ts';

/** The server gives a minute; this page ends a little before, by itself. */
const LENGTH_MS = 57_000;

export interface TestState {
  /** `failed`: `problem` says why. `over`: by the person or by time. */
  phase: 'connecting' | 'up' | 'failed' | 'over';
  /** One's own picture and sound, as they come back from the server. */
  back: Remote | null;
  problem: Problem | null;
}

/** A minute with oneself: what is sent comes back through the server, as others would see and hear it. */
export class TestCall {
  readonly #media: Embedded;
  readonly #listeners = new Set<() => void>();
  #grant: MediaGrant | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: TestState = { phase: 'connecting', back: null, problem: null };

  readonly #api: Api;

  constructor(api: Api, local: LocalMedia) {
    this.#api = api;
    this.#media = new Embedded(api, local, {
      up: (connected) => connected && this.#set({ phase: 'up' }),
      failing: () => void this.#mend(),
      remotes: ([back]) => this.#set({ back: back ?? null }),
      takenOver: () => undefined,
      leftOut: () => undefined,
      frame: () => undefined,
    });
    void this.#begin().catch((thrown) => this.#fail(asProblem(thrown)));
  }

  get state(): TestState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  quality(): Promise<Quality> {
    return this.#media.quality();
  }

  way(): Promise<Way | null> {
    return this.#media.way();
  }

  /** Ends it; the place is free for somebody else. */
  end(): void {
    this.#stop('over');
  }

  async #begin(): Promise<void> {
    const body = { offer: await this.#media.offer() };
    const begun = await settle(this.#api.routes.POST('/api/v1/test-calls', { body }));
    this.#grant = begun.media;
    if (this.#over) return this.#release();
    this.#timer = setTimeout(() => this.end(), LENGTH_MS);
    await this.#media.join(begun.media, begun.answer);
    this.#set({ back: this.#media.remotes[0] ?? null });
  }

  async #mend(): Promise<void> {
    if (this.#over || (await this.#media.mend())) return;
    this.#fail(Problem.mediaUnavailable(null));
  }

  #fail(problem: Problem): void {
    if (this.#over) return;
    this.#set({ problem });
    this.#stop('failed');
  }

  get #over(): boolean {
    return this.#state.phase === 'failed' || this.#state.phase === 'over';
  }

  #stop(phase: 'failed' | 'over'): void {
    if (this.#over) return;
    clearTimeout(this.#timer);
    this.#media.leave();
    this.#set({ phase, back: null });
    this.#release();
  }

  /** Unheard, the server ends it when its minute is over. */
  #release(): void {
    if (!this.#grant?.resource) return;
    const headers = { Authorization: `Bearer ${this.#grant.token}` };
    const url = new URL(this.#grant.resource, this.#api.base);
    fetch(url, { method: 'DELETE', headers, keepalive: true }).catch(() => undefined);
  }

  #set(change: Partial<TestState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
