import type { Session } from '@openvisit/client';
import { startOfDay } from '$lib/time';

export interface Day {
  /** Its first instant where the reader is. */
  at: number;
  sessions: Session[];
}

/** A list by the days of its sessions, in the order that it has. */
export function byDay(sessions: Session[]): Day[] {
  const days: Day[] = [];
  for (const session of sessions) {
    const at = startOfDay(Date.parse(session.starts_at));
    const last = days[days.length - 1];
    if (last?.at === at) last.sessions.push(session);
    else days.push({ at, sessions: [session] });
  }
  return days;
}
