import { addDays, asUtc, startOfDay, type Day } from './zone';

export const VIEWS = ['day', 'week', 'month', 'agenda'] as const;
export type View = (typeof VIEWS)[number];

/** How far an agenda looks ahead. */
const AGENDA_DAYS = 14;

/** Regions whose week begins on Sunday, for browsers that do not tell. */
const SUNDAY = ['US', 'CA', 'MX', 'BR', 'CO', 'PE', 'IL', 'IN', 'JP', 'KR', 'PH', 'ZA', 'SA'];

export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

interface WeekInfo {
  firstDay: number;
}

/** The day that a week begins with where the language is spoken; 0 is Sunday. */
export function firstWeekday(language: string): Weekday {
  const known = new Intl.Locale(language) as Intl.Locale & {
    getWeekInfo?: () => WeekInfo;
    weekInfo?: WeekInfo;
  };
  const info = known.getWeekInfo?.() ?? known.weekInfo;
  if (info) return (info.firstDay % 7) as Weekday;
  return SUNDAY.includes(known.maximize().region ?? '') ? 0 : 1;
}

/** The weekday of a day. */
export function weekdayOf(day: Day): Weekday {
  return new Date(asUtc(day)).getUTCDay() as Weekday;
}

/** The first day that a view shows, and the first that it shows no more. */
export interface Days {
  from: Day;
  to: Day;
}

export function daysOf(view: View, day: Day, firstDay: Weekday): Days {
  if (view === 'day') return { from: day, to: addDays(day, 1) };
  if (view === 'agenda') return { from: day, to: addDays(day, AGENDA_DAYS) };
  if (view === 'week') {
    const from = weekStart(day, firstDay);
    return { from, to: addDays(from, 7) };
  }
  const last = addDays(stepMonth(firstOfMonth(day), 1), -1);
  return {
    from: weekStart(firstOfMonth(day), firstDay),
    to: addDays(weekStart(last, firstDay), 7),
  };
}

/** A month's days, week by week. */
export function weeksOf(day: Day, firstDay: Weekday): Day[][] {
  const { from, to } = daysOf('month', day, firstDay);
  const weeks: Day[][] = [];
  for (let first = from; first < to; first = addDays(first, 7))
    weeks.push(Array.from({ length: 7 }, (_, at) => addDays(first, at)));
  return weeks;
}

/** Where a key leads from a day in a month: to its neighbours, to the ends of its week, to the month before or after. */
export function dayByKey(key: string, day: Day, firstDay: Weekday, isRtl: boolean): Day | null {
  const across = isRtl ? -1 : 1;
  const steps: Record<string, number> = {
    ArrowLeft: -across,
    ArrowRight: across,
    ArrowUp: -7,
    ArrowDown: 7,
  };
  if (steps[key]) return addDays(day, steps[key]);
  if (key === 'Home') return weekStart(day, firstDay);
  if (key === 'End') return addDays(weekStart(day, firstDay), 6);
  if (key === 'PageUp') return step('month', day, -1);
  return key === 'PageDown' ? step('month', day, 1) : null;
}

/** The same in instants, as the server is asked. */
export function instantsOf({ from, to }: Days, zone: string): { from: string; to: string } {
  const instant = (day: Day) => new Date(startOfDay(day, zone)).toISOString();
  return { from: instant(from), to: instant(to) };
}

/** One view further on (1) or back (-1). */
export function step(view: View, day: Day, by: 1 | -1): Day {
  if (view === 'month') return stepMonth(firstOfMonth(day), by);
  return addDays(day, by * (view === 'day' ? 1 : view === 'week' ? 7 : AGENDA_DAYS));
}

/** What a view shows, as its heading; in few letters where there is little room. */
export function titleOf(
  view: View,
  day: Day,
  firstDay: Weekday,
  language: string,
  isShort = false,
): string {
  const month = isShort ? 'short' : 'long';
  if (view === 'month') return formatDay(day, language, { month, year: 'numeric' });
  const style: Intl.DateTimeFormatOptions = { day: 'numeric', month, year: 'numeric' };
  if (view === 'day') return formatDay(day, language, { weekday: month, ...style });
  const { from, to } = daysOf(view, day, firstDay);
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...style }).formatRange(
    asUtc(from),
    asUtc(addDays(to, -1)),
  );
}

export function formatDay(day: Day, language: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options }).format(asUtc(day));
}

function weekStart(day: Day, firstDay: Weekday): Day {
  return addDays(day, -((weekdayOf(day) - firstDay + 7) % 7));
}

function firstOfMonth(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}

function stepMonth(first: Day, by: 1 | -1): Day {
  const date = new Date(asUtc(first));
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 10);
}
