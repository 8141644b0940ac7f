import type { Memory } from '@openvisit/client';

/**
 * Where wishes about devices are kept: in the tab, and of another day which ones were chosen. Whether they were on is
 * of that day only, so that nobody comes muted for having been.
 */
export function deviceMemory(tab: Memory, browser: Memory | null): Memory {
  return {
    getItem: (key) => tab.getItem(key) ?? ofAnotherDay(browser?.getItem(key)),
    setItem: (key, value) => {
      tab.setItem(key, value);
      browser?.setItem(key, value);
    },
    removeItem: (key) => tab.removeItem(key),
  };
}

/** The browser's own memory; some give none to a page in another's frame. */
export function ofBrowser(): Memory | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function ofAnotherDay(kept: string | null | undefined): string | null {
  if (!kept) return null;
  try {
    const { microphone, camera, ...rest } = JSON.parse(kept);
    return JSON.stringify({
      ...rest,
      microphone: { ...microphone, on: true },
      camera: { ...camera, on: true },
    });
  } catch {
    return null;
  }
}
