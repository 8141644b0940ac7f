import { isOver, type Session } from '@openvisit/client';
import { atDoor } from '$lib/appointments/door';

/** What is next: the call that runs, or whoever is at the door; else the nearest that is still to come. */
export function nextOf(sessions: Session[], at: number): Session | null {
  const open = sessions.filter(({ status }) => !isOver(status));
  const begun = open.find(({ status }) => status === 'in_progress') ?? open.find(isAttended);
  return begun ?? open.find(({ ends_at }) => at < Date.parse(ends_at)) ?? null;
}

/** Whether somebody who came for it is still there. */
function isAttended(session: Session): boolean {
  const door = atDoor(session);
  return door !== null && door.state !== 'left';
}

/** The first instant of the day after: not 24 hours later where the clocks change. */
export function endOfDay(at: number): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}

/** Today's, and what began before midnight and still runs. */
export function withRunning(today: Session[], live: Session[], from: number): Session[] {
  const known = new Set(today.map(({ id }) => id));
  const running = live.filter(
    ({ id, status, starts_at, you }) =>
      !known.has(id) &&
      (status === 'in_progress' || status === 'waiting') &&
      you.role === 'practitioner' &&
      Date.parse(starts_at) < from,
  );
  return [...running, ...today];
}
