import type { Session } from '@openvisit/client';

/** How near the end of the booked time is; after it, when the call will be closed. */
export type TimeLeft =
  | { stage: 'plenty' }
  /** Less than ten minutes, or less than two. */
  | { stage: 'ten' | 'two'; left: number }
  /** The booked time is over; `closesIn` where the server closes the call by itself. */
  | { stage: 'over' | 'closing'; closesIn: number | null };

const MINUTE = 60_000;

export function timeLeft(
  session: Pick<Session, 'started_at' | 'ends_at' | 'hard_stop_at'>,
  now: number,
): TimeLeft {
  if (!session.started_at) return { stage: 'plenty' };
  const left = Date.parse(session.ends_at) - now;
  if (left > 10 * MINUTE) return { stage: 'plenty' };
  if (left > 0) return { stage: left > 2 * MINUTE ? 'ten' : 'two', left };
  const closesIn = session.hard_stop_at
    ? Math.max(0, Date.parse(session.hard_stop_at) - now)
    : null;
  return { stage: closesIn !== null && closesIn <= 10 * MINUTE ? 'closing' : 'over', closesIn };
}

/** Minutes as people count down: `2` until the second has begun to run out. */
export function minutesOf(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / MINUTE));
}
