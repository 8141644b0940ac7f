// What somebody has typed and not sent yet: kept with the tab, so that a click beside it or a reload costs nothing, and
// forgotten when it is sent or its writer signs out.

import type { Memory } from '@openvisit/client';
import { memory } from './memory';

const KEY = 'openvisit:drafts';

export class Drafts {
  constructor(private readonly memory: Memory) {}

  of(what: string): string | null {
    return this.#all()[what] ?? null;
  }

  keep(what: string, text: string): void {
    this.memory.setItem(KEY, JSON.stringify({ ...this.#all(), [what]: text }));
  }

  drop(what: string): void {
    const { [what]: _, ...others } = this.#all();
    this.memory.setItem(KEY, JSON.stringify(others));
  }

  forget(): void {
    this.memory.removeItem(KEY);
  }

  #all(): Record<string, string> {
    return JSON.parse(this.memory.getItem(KEY) ?? '{}');
  }
}

export const drafts = new Drafts(memory);
