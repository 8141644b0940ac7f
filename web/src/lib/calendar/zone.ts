/** A day as calendars write it, `2026-03-29`. */
export type Day = string;

/** What a clock on the wall shows: `{ day: '2026-03-29', time: '02:30' }`. */
export interface Wall {
  day: Day;
  time: string;
}

const DAY_MS = 24 * 60 * 60_000;

/** The zone that the reader's clock is set to. */
export function viewerZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Where the calendar shows an appointment, opened. */
export function inCalendar(appointmentId: string, startsAt: string): string {
  const { day } = wallOf(Date.parse(startsAt), viewerZone());
  return `/calendar?view=day&day=${day}&appointment=${appointmentId}`;
}

export function wallOf(instant: number, zone: string): Wall {
  const parts = Object.fromEntries(
    format(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
  };
}

/**
 * When the clock in the zone shows this: the first time where it shows it twice, null where clocks are put forward
 * over it.
 */
export function instantOf(wall: Wall, zone: string): number | null {
  const asUtc = Date.parse(`${wall.day}T${wall.time}Z`);
  if (Number.isNaN(asUtc)) return null;
  // A zone has the offset of the day before, or that of the day after.
  const offsets = [asUtc - DAY_MS, asUtc + DAY_MS].map((near) => offsetAt(near, zone));
  const found = offsets
    .map((offset) => asUtc - offset)
    .filter((instant) => same(wallOf(instant, zone), wall));
  return found.length > 0 ? Math.min(...found) : null;
}

/** When the day begins; some zones put clocks forward at midnight. */
export function startOfDay(day: Day, zone: string): number {
  const begin = instantOf({ day, time: '00:00' }, zone) ?? instantOf({ day, time: '01:00' }, zone);
  return begin ?? Date.parse(`${day}T00:00Z`);
}

/** Whether the calendar has this day, and knows what to do with it: it ends with the next century. */
export function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text) return false;
  return at.getUTCFullYear() >= 1970 && at.getUTCFullYear() < 2200;
}

export function addDays(day: Day, days: number): Day {
  return new Date(asUtc(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The day's midnight in UTC: for arithmetic and for formatting, not an instant of anybody's. */
export function asUtc(day: Day): number {
  return Date.parse(`${day}T00:00Z`);
}

/** What the zone is called at that instant: `Central European Summer Time`. */
export function zoneName(instant: number, zone: string, language: string): string {
  const parts = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    timeZoneName: 'long',
  }).formatToParts(instant);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

function offsetAt(instant: number, zone: string): number {
  const { day, time } = wallOf(instant, zone);
  return Date.parse(`${day}T${time}Z`) - Math.floor(instant / 60_000) * 60_000;
}

function same(one: Wall, other: Wall): boolean {
  return one.day === other.day && one.time === other.time;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(zone, made);
  return made;
}
