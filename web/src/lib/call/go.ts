import { memory } from '$lib/memory';

/** How long a page may take to come up; whoever comes later looks at the lobby first. */
const FRESH_MS = 20_000;

const keyOf = (sessionId: string) => `openvisit:go:${sessionId}`;

/** What one click outside of the call's page has asked for. */
export interface Going {
  /** Who is let in as soon as one is in oneself; a participant's id. */
  admit: string;
}

/**
 * Into the call with somebody who waits, past the lobby, with the devices of last time. The tab remembers it, not the
 * address: no link of anybody's lets people in.
 */
export function goIn(sessionId: string, admit: string): void {
  memory.setItem(keyOf(sessionId), JSON.stringify({ admit, at: Date.now() }));
  location.assign(`/join/${sessionId}`);
}

/** What was asked for by {@link goIn}, once. */
export function takeGoing(sessionId: string, now = Date.now()): Going | null {
  const kept = memory.getItem(keyOf(sessionId));
  memory.removeItem(keyOf(sessionId));
  const { admit, at } = JSON.parse(kept ?? '{}') as Partial<Going & { at: number }>;
  return admit && at && Math.abs(now - at) < FRESH_MS ? { admit } : null;
}
