import type { Participant } from '@openvisit/client';
import { untrack } from 'svelte';

const HICCUP_MS = 2000;

/** Who is here. Whoever is gone counts as gone after a moment: a connection that is made anew is no leave. */
export class Present {
  #ids = $state.raw<readonly string[]>([]);

  constructor(people: () => readonly Participant[]) {
    // As words, so that news of anything else changes nothing.
    const connected = $derived(idsOf(people()).join(' '));
    this.#ids = idsOf(people());
    $effect(() => {
      const now = connected.split(' ').filter(Boolean);
      const missed = untrack(() => this.#ids).filter((id) => !now.includes(id));
      this.#ids = [...now, ...missed];
      if (missed.length === 0) return;
      const timer = setTimeout(() => (this.#ids = now), HICCUP_MS);
      return () => clearTimeout(timer);
    });
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }
}

function idsOf(people: readonly Participant[]): string[] {
  return people.filter(({ connected }) => connected).map(({ id }) => id);
}
