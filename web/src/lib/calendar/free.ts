import { inTheWay, type Slot } from './conflicts';
import { instantOf, startOfDay, wallOf, addDays, type Day } from './zone';
import { nextSlot } from './draft';

/** When a day's work begins and ends on the wall, for whoever did not say when. */
const FIRST = '09:00';
const LAST = '20:00';
/** How many days are looked through. */
const PATIENCE = 14;
const QUARTER = 15 * 60_000;

type Known = Parameters<typeof inTheWay>[1];

/** What is booked for the practitioner then, as far as can be known. */
export type Look = (slot: Slot) => Promise<Known>;

/** The first time from that day on at which a practitioner is free for so long; the first time at all where none is found. */
export async function freeTime(
  day: Day,
  minutes: number,
  practitioner_id: string,
  now: number,
  zone: string,
  look: Look,
): Promise<number> {
  const today = wallOf(now, zone).day;
  const first = day > today ? day : today;
  for (let at = 0; at < PATIENCE; at++) {
    const hours = workOf(addDays(first, at), now, zone);
    const known = await look(hours);
    const found = gap(hours, minutes, known, practitioner_id);
    if (found !== null) return found;
  }
  return Math.max(nextSlot(now), workOf(first, now, zone).from);
}

/** The hours of a day that are still to come. */
function workOf(day: Day, now: number, zone: string): Slot {
  const at = (time: string) => instantOf({ day, time }, zone) ?? startOfDay(day, zone);
  const isToday = wallOf(now, zone).day === day;
  return { from: isToday ? nextSlot(now) : at(FIRST), to: at(LAST) };
}

/** Begins at the full half hour where it can, else when the one before ends. */
function gap(hours: Slot, minutes: number, known: Known, practitioner_id: string): number | null {
  const length = minutes * 60_000;
  let from = hours.from;
  while (from + length <= hours.to) {
    const taken = inTheWay({ practitioner_id, from, to: from + length }, known);
    if (!taken) return from;
    from = Math.ceil(Date.parse(taken.ends_at) / QUARTER) * QUARTER;
  }
  return null;
}
