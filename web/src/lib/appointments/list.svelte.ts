import { asProblem, type Problem, type Session, type SessionQuery } from '@openvisit/client';
import { untrack } from 'svelte';
import { api } from '$lib/openvisit.svelte';
import { live } from '$lib/shell/live.svelte';

const PAGE = 50;
/** How many pages are looked through at once for something that is to be shown. */
const PATIENCE = 4;

export interface Wanted {
  query: SessionQuery;
  /** What of the server's answer is shown: the rest of the question that its filters cannot put. */
  shown: (session: Session) => boolean;
}

/** A list of sessions that is kept up to date by the realtime channel. */
export class SessionList {
  items = $state.raw<Session[]>([]);
  stage = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state<Problem | null>(null);
  more = $state<string | null>(null);
  #wanted: Wanted | null = null;
  #asked = 0;

  /** Follows what happens, until the returned function is called. */
  follow(): () => void {
    const stops = [
      live.listen((event, session) => this.#heard(event, session)),
      live.onReturn(() => void this.reload()),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Shows something else; what is shown now stays until that is there. */
  async show(wanted: Wanted): Promise<void> {
    this.#wanted = wanted;
    // Whoever shows something in an effect does not want it again when that has come.
    await untrack(() => this.#fetch(null, [], 1));
  }

  /** As much as is shown now, anew. */
  async reload(): Promise<void> {
    await this.#fetch(null, [], this.items.length);
  }

  async loadMore(): Promise<void> {
    if (this.more) await this.#fetch(this.more, this.items, 1);
  }

  async #fetch(from: string | null, before: Session[], least: number): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted) return;
    const asked = ++this.#asked;
    if (this.stage === 'failed') this.stage = 'loading';
    try {
      const { found, next } = await search(wanted, from, least);
      // Somebody has asked for something else meanwhile.
      if (asked !== this.#asked) return;
      this.items = [...before, ...found];
      this.more = next;
      this.problem = null;
      this.stage = 'ready';
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.problem = asProblem(thrown);
      if (this.stage !== 'ready') this.stage = 'failed';
    }
  }

  #heard(event: string, session: Session): void {
    const known = this.items.some(({ id }) => id === session.id);
    if (!known || event === 'moved' || event === 'booked') {
      // What is told at connect is in the answer already.
      if (event !== 'state') void this.reload();
    } else if (this.#wanted?.shown(session)) {
      this.items = this.items.map((item) => (item.id === session.id ? session : item));
    } else {
      this.items = this.items.filter(({ id }) => id !== session.id);
    }
  }
}

async function search({ query, shown }: Wanted, from: string | null, least: number) {
  const found: Session[] = [];
  let cursor = from ?? undefined;
  for (let page = 0; page < PATIENCE; page++) {
    const answer = await api.sessions({ limit: PAGE, ...query, cursor });
    found.push(...answer.items.filter(shown));
    cursor = answer.next_cursor ?? undefined;
    if (!cursor || (found.length > 0 && found.length >= least)) break;
  }
  return { found, next: cursor ?? null };
}
