import {
  asProblem,
  type ClientRequest,
  type Problem,
  type Realtime,
  type Session,
  type SessionEvent,
} from '@openvisit/client';
import { api, identity, realtime } from '$lib/openvisit.svelte';

type Listener = (event: SessionEvent, session: Session) => void;

/** What the server tells the signed-in person as it happens: one connection for all pages of the app. */
class Live {
  /** By id; live ones, and those that ended since the connection came up. */
  sessions = $state.raw<Record<string, Session>>({});
  /** By id; those that wait. */
  requests = $state.raw<Record<string, ClientRequest>>({});
  readonly asked = $derived(Object.keys(this.requests).length);
  /** Null until it is known. */
  up = $state<boolean | null>(null);
  #realtime: Realtime | null = null;
  #users = 0;
  readonly #listeners = new Set<Listener>();
  readonly #returns = new Set<() => void>();

  /** Connects for as long as somebody needs it; returns how to let go. */
  open(): () => void {
    this.#users += 1;
    this.#realtime ??= realtime({
      session: (event, session) => this.#heard(event, session),
      request: (request) => (this.requests = { ...this.requests, [request.id]: request }),
      requestGone: (id) => this.forgetRequest(id),
      link: (up) => this.#linked(up),
      signedOut: () => {
        identity.forget();
        location.href = '/';
      },
    });
    return () => this.#release();
  }

  /** Hears of every session that changes; returns how to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears when the connection is back, since something may have been missed; returns how to stop. */
  onReturn(listener: () => void): () => void {
    this.#returns.add(listener);
    return () => this.#returns.delete(listener);
  }

  /** Lets somebody in who waits; answers with what stood in the way, if anything. */
  admit(session: Session, participantId: string): Promise<Problem | null> {
    return this.act(api.admit(session.id, participantId));
  }

  /** Keeps what became of a session; answers with what stood in the way, if anything. */
  async act(done: Promise<Session>): Promise<Problem | null> {
    try {
      this.keep(await done);
      return null;
    } catch (thrown) {
      return asProblem(thrown);
    }
  }

  keep(session: Session): void {
    this.sessions = { ...this.sessions, [session.id]: session };
  }

  /** All that wait, as the server has just listed them. */
  keepRequests(waiting: ClientRequest[]): void {
    this.requests = Object.fromEntries(waiting.map((request) => [request.id, request]));
  }

  forgetRequest(id: string): void {
    const { [id]: _, ...rest } = this.requests;
    this.requests = rest;
  }

  #heard(event: SessionEvent, session: Session): void {
    this.keep(session);
    for (const listener of this.#listeners) listener(event, session);
  }

  #linked(up: boolean): void {
    const isBack = up && this.up === false;
    this.up = up;
    if (!up) return;
    // The server tells all that lives anew; what it does not tell is gone.
    this.sessions = {};
    this.requests = {};
    if (isBack) for (const listener of this.#returns) listener();
  }

  #release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#realtime?.close();
    this.#realtime = null;
    this.up = null;
  }
}

export const live = new Live();
