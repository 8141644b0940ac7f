import { instantOf, startOfDay, wallOf, type Day } from './zone';

/** When an appointment is to be, as a form holds it. */
export interface When {
  day: Day;
  time: string;
  minutes: number;
}

export type WhenFault = 'missing' | 'past' | 'noSuchTime';

export const SHORTEST = 30;
export const LONGEST = 180;
const STEP = 15;
const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

/** The durations on offer, and the one that an appointment already has. */
export function durations(present: number): number[] {
  const offered = Array.from(
    { length: (LONGEST - SHORTEST) / STEP + 1 },
    (_, at) => SHORTEST + at * STEP,
  );
  return [...new Set([...offered, present])].sort((a, b) => a - b);
}

export function startOf(when: When, zone: string): number | null {
  return instantOf({ day: when.day, time: when.time }, zone);
}

/** Why the server would refuse it, said before it does. */
export function faultOf(when: When, now: number, zone: string): WhenFault | null {
  if (!when.day || !when.time) return 'missing';
  const start = startOf(when, zone);
  if (start === null) return 'noSuchTime';
  return start < now ? 'past' : null;
}

export function whenOf(startsAt: number, minutes: number, zone: string): When {
  return { ...wallOf(startsAt, zone), minutes };
}

/** Of what was clicked or dragged over; nothing shorter or longer than may be booked. */
export function clamp(minutes: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, minutes));
}

/** The next full half hour, which a new appointment begins with when nothing was clicked. */
export function nextSlot(now: number): number {
  return Math.ceil((now + 1) / (30 * MINUTE)) * 30 * MINUTE;
}

/** Nine o'clock on a day that was chosen without a time; on this day when it is past, what comes next. */
export function morningOf(day: Day, now: number, zone: string): number {
  const nine = instantOf({ day, time: '09:00' }, zone) ?? startOfDay(day, zone);
  return nine < now && wallOf(now, zone).day === day ? nextSlot(now) : nine;
}

/** The same wall time, so many minutes or days away: what arrow keys do; null where there is no such time. */
export function shifted(
  startsAt: number,
  by: { minutes?: number; days?: number },
  zone: string,
): number | null {
  if (by.minutes) return startsAt + by.minutes * MINUTE;
  return dropped(startsAt, (by.days ?? 0) * DAY_MINUTES, zone);
}

/** So many minutes further on the wall, back where they are negative: what a drag does; null where there is no such time. */
export function dropped(startsAt: number, minutes: number, zone: string): number | null {
  const { day, time } = wallOf(startsAt, zone);
  const wall = new Date(Date.parse(`${day}T${time}Z`) + minutes * MINUTE).toISOString();
  return instantOf({ day: wall.slice(0, 10), time: wall.slice(11, 16) }, zone);
}
