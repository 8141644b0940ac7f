import { nextSlot, shifted } from '$lib/calendar/draft';

/** The same weekday and time in the next week that is still to come; where clocks skip it, the next half hour. */
export function weekLater(startsAt: string, now: number, zone: string): number {
  const from = Date.parse(startsAt);
  const weeks = Math.max(1, Math.ceil((now - from) / (7 * 24 * 60 * 60_000)));
  for (const more of [0, 1]) {
    const later = shifted(from, { days: 7 * (weeks + more) }, zone);
    if (later !== null && later > now) return later;
  }
  return nextSlot(now);
}
