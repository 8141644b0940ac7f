import { isOver, type Memory, type Participant, type Session } from '@openvisit/client';
import { waiting } from '$lib/words';

/** Somebody who waits to be let in: by the person who looks, or by whom they book for. */
export interface Arrival {
  session: Session;
  person: Participant;
}

/** Who sees arrivals. */
export const WATCHING = ['practitioner', 'assistant'];

/** Who waits, the longest first; `except` is the session whose call shows them itself. */
export function arrivalsIn(sessions: Session[], except: string | null): Arrival[] {
  return sessions
    .filter(
      ({ id, status, you }) => id !== except && !isOver(status) && WATCHING.includes(you.role),
    )
    .flatMap((session) => waiting(session).map((person) => ({ session, person })))
    .sort((one, other) => since(one) - since(other));
}

/** Since when, in milliseconds. */
export function since({ person, session }: Arrival): number {
  return Date.parse(person.waiting_since ?? session.server_time);
}

/** What was last written by whoever waits, while nobody has answered. */
export function saying({ session, person }: Arrival): string | null {
  const last = session.doorway.messages
    .filter(({ participant_id }) => participant_id === person.id)
    .at(-1);
  return last && last.by !== 'practitioner' ? last.text : null;
}

const KEY = 'openvisit:announced';
const REMEMBERED = 50;

/** Those who have not been announced yet. The tab remembers them, lest a reload or a lost connection announces them again. */
export function newcomers(present: Arrival[], memory: Memory): Arrival[] {
  const known = (memory.getItem(KEY) ?? '').split(' ');
  const keyOf = (arrival: Arrival) => `${arrival.person.id}@${since(arrival)}`;
  const fresh = present.filter((arrival) => !known.includes(keyOf(arrival)));
  memory.setItem(KEY, [...known, ...fresh.map(keyOf)].slice(-REMEMBERED).join(' '));
  return fresh;
}

/** A page's title that tells how many wait: `(2) Today`. */
export function counted(title: string, count: number): string {
  const plain = title.replace(/^\(\d+\) /, '');
  return count > 0 ? `(${count}) ${plain}` : plain;
}
