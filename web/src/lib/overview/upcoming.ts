import { isOver, type Session } from '@openvisit/client';

/** What is to come for a client. */
export interface Upcoming {
  /** Those that go on now; where there are none, the next one. */
  first: Session[];
  later: Session[];
}

/** How long before now a session may have begun that still runs. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

export function upcoming(sessions: Session[]): Upcoming {
  const ahead = sessions
    .filter(({ status }) => !isOver(status))
    .sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  const running = ahead.filter(isRunning);
  const first = running.length > 0 ? running : ahead.slice(0, 1);
  return { first, later: ahead.filter((session) => !first.includes(session)) };
}

/** Somebody is there, or was and the session was never ended. */
export function isRunning({ status }: Pick<Session, 'status'>): boolean {
  return status === 'waiting' || status === 'in_progress';
}

/** What to ask the server for: also what began before now and may still run. */
export function sinceWhen(now: number): string {
  return new Date(now - LONGEST_MS).toISOString();
}
