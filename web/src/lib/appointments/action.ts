import { isOver, type Session } from '@openvisit/client';
import { isOpen } from '$lib/entry/current';

export type Action =
  | 'start'
  | 'join'
  | 'rejoin'
  | 'prepare'
  | 'unpaid'
  | 'in_person'
  | 'held'
  | 'notes'
  | 'rate'
  | 'details';

const SOON_MS = 60 * 60 * 1000;

/** What the person who looks does next about a session. */
export function actionOf(session: Session, at: number): Action {
  const { role } = session.you;
  if (role !== 'practitioner' && role !== 'client') return 'details';
  if (isOver(session.status)) return afterwards(session);
  if (session.kind === 'in_person') return inPerson(session, at);
  if (session.status === 'in_progress') return 'rejoin';
  if (session.payment_status === 'open') return 'unpaid';
  if (isOpen(session, at)) return role === 'practitioner' ? 'start' : 'join';
  return isSoon(session, at) ? 'prepare' : 'details';
}

/** Nothing proves who came to a visit in person: the practitioner says so. */
function inPerson({ you, ends_at }: Session, at: number): Action {
  return you.role === 'practitioner' && Date.parse(ends_at) <= at ? 'held' : 'in_person';
}

/** Before the door opens, and near enough to see to camera and sound. */
function isSoon({ join_opens_at }: Session, at: number): boolean {
  const opensAt = Date.parse(join_opens_at);
  return at < opensAt && opensAt - at <= SOON_MS;
}

function afterwards(session: Session): Action {
  if (session.you.role === 'practitioner')
    return session.status === 'cancelled' ? 'details' : 'notes';
  return session.status === 'completed' && !session.client_rating ? 'rate' : 'details';
}

/** The other party's word for {@link nameOf}; null for whoever is neither. */
export function otherParty(session: Session): 'practitioner' | 'client' | null {
  const { role } = session.you;
  if (role === 'practitioner') return 'client';
  return role === 'client' ? 'practitioner' : null;
}
