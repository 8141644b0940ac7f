// How good the way to the server is, before there is a call to measure.

import type { Level } from '@openvisit/client';

const LOOKS = 5;
const PAUSE_MS = 250;
const TIMEOUT_MS = 3000;
const LONG_MS = 400;
const LONGER_MS = 900;

/** Asks the server a few times, one after the other, how long it takes. */
export async function checkLine(stop: AbortSignal): Promise<Level> {
  // The first one pays for the connection.
  await ask();
  const times: (number | null)[] = [];
  while (times.length < LOOKS && !stop.aborted) {
    times.push(await ask());
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return stop.aborted ? 'unknown' : judge(times);
}

/** By the middle one of these times in milliseconds; null for an answer that did not come. */
export function judge(times: readonly (number | null)[]): Level {
  const sorted = times.map((time) => time ?? Infinity).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Infinity;
  if (!Number.isFinite(sorted[0] ?? Infinity)) return 'lost';
  if (middle > LONGER_MS) return 'poor';
  return middle > LONG_MS || sorted.includes(Infinity) ? 'fair' : 'good';
}

async function ask(): Promise<number | null> {
  const began = performance.now();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch('/health', { cache: 'no-store', signal }).catch(() => null);
  return answer?.ok ? performance.now() - began : null;
}
