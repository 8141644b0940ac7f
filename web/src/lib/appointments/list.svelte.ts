import type { Problem, Session, SessionQuery } from '@openvisit/client';
import { untrack } from 'svelte';
import { api } from '$lib/openvisit.svelte';
import { live } from '$lib/shell/live.svelte';
import { Pages } from '$lib/ui/resource.svelte';

const PAGE = 50;
/** How many pages are looked through at once for something that is to be shown. */
const PATIENCE = 4;

export interface Wanted {
  query: SessionQuery;
  /** What of the server's answer is shown: the rest of the question that its filters cannot put. */
  shown: (session: Session) => boolean;
}

interface Found {
  items: Session[];
  next_cursor: string | null;
}

/** A list of sessions that is kept up to date by the realtime channel. */
export class SessionList {
  #wanted: Wanted | null = null;
  /** How many are to be shown at once. */
  #least = 1;
  readonly #pages = new Pages<Found>((cursor) =>
    search(this.#wanted, cursor, cursor ? 1 : this.#least),
  );
  readonly items = $derived(this.#pages.value?.items ?? []);

  get stage() {
    return this.#pages.stage;
  }

  get problem(): Problem | null {
    return this.#pages.problem;
  }

  get more(): boolean {
    return this.#pages.more;
  }

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
    this.#least = 1;
    // Whoever shows something in an effect does not want it again when that has come.
    await untrack(() => this.#pages.refresh());
  }

  /** As much as is shown now, anew. */
  async reload(): Promise<void> {
    if (!this.#wanted) return;
    this.#least = this.items.length;
    await this.#pages.refresh();
  }

  loadMore(): Promise<void> {
    return this.#pages.loadMore();
  }

  #heard(event: string, session: Session): void {
    const known = this.items.some(({ id }) => id === session.id);
    if (!known || event === 'moved' || event === 'booked') {
      // What is told at connect is in the answer already.
      if (event !== 'state') void this.reload();
    } else if (this.#wanted?.shown(session)) {
      this.#change(this.items.map((item) => (item.id === session.id ? session : item)));
    } else {
      this.#change(this.items.filter(({ id }) => id !== session.id));
    }
  }

  #change(items: Session[]): void {
    const page = this.#pages.value;
    if (page) this.#pages.value = { ...page, items };
  }
}

async function search(
  wanted: Wanted | null,
  from: string | undefined,
  least: number,
): Promise<Found> {
  const found: Session[] = [];
  let cursor = from;
  for (let page = 0; wanted && page < PATIENCE; page++) {
    const answer = await api.sessions({ limit: PAGE, ...wanted.query, cursor });
    found.push(...answer.items.filter(wanted.shown));
    cursor = answer.next_cursor ?? undefined;
    if (!cursor || (found.length > 0 && found.length >= least)) break;
  }
  return { items: found, next_cursor: cursor ?? null };
}
