import type { Memory } from '@openvisit/client';

/** The tab's memory. Some browsers give none to a page in another's frame; then it ends with the page. */
export const memory: Memory = ofTab() ?? ofPage();

function ofTab(): Memory | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function ofPage(): Memory {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
