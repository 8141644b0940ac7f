// How long something may take: the very assertion of a few tests, and the only ones that look at a clock.

import { expect } from '@playwright/test';

/** Microseconds of work by which it is found out how much of a processor one gets. */
const PROBE_US = 50_000;
/** Beyond this the processors are taken by something else than the test. */
const BUSY = 2;

/**
 * The limit holds as it stands. Only where it was missed, and the processors are so taken by other programs that every
 * computation takes a multiple of its time, it is that multiple.
 */
export function expectWithin(limit: number, took: number, what: string): void {
  if (took < limit) return;
  const slower = timesSlower();
  expect(took, `${what}, in milliseconds`).toBeLessThan(slower < BUSY ? limit : limit * slower);
}

/** How many times its processor time a computation takes at present. */
function timesSlower(): number {
  const before = process.cpuUsage();
  const began = performance.now();
  let worked = 0;
  while (worked < PROBE_US) {
    const { user, system } = process.cpuUsage(before);
    worked = user + system;
  }
  return ((performance.now() - began) * 1000) / worked;
}
