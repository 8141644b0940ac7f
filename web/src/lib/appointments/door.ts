import { isOver, type Participant, type Session } from '@openvisit/client';
import { waiting } from '$lib/words';

/** Who stands out among those who came and are not yet met: who waits, before who was let in, before who has left. */
export type AtDoor = { state: 'waiting' | 'let_in' | 'left'; person: Participant };

/** Null while nobody has come for the practitioner, or the consultation has begun or is over. */
export function atDoor(session: Session): AtDoor | null {
  if (session.status !== 'waiting') return null;
  const visitors = session.participants.filter(({ role }) => role !== 'practitioner');
  const [waits] = waiting(session);
  if (waits) return { state: 'waiting', person: waits };
  const letIn = visitors.find(({ state, left_at }) => state === 'admitted' && !left_at);
  if (letIn) return { state: 'let_in', person: letIn };
  const [left] = gone(session);
  return left ? { state: 'left', person: left } : null;
}

/** Who was here for this and has left, the latest first. */
export function gone(session: Session): Participant[] {
  if (isOver(session.status)) return [];
  return session.participants
    .filter(({ role, left_at }) => role !== 'practitioner' && left_at)
    .sort((one, other) => Date.parse(other.left_at ?? '') - Date.parse(one.left_at ?? ''));
}
