import { isOver, type Session } from '@openvisit/client';
import { isOpen } from '$lib/entry/current';

export type Action =
  'start' | 'join' | 'rejoin' | 'prepare' | 'unpaid' | 'in_person' | 'notes' | 'rate' | 'details';

/** What the person who looks does next about a session. */
export function actionOf(session: Session, at: number): Action {
  const { role } = session.you;
  if (role !== 'practitioner' && role !== 'client') return 'details';
  if (isOver(session.status)) return afterwards(session);
  if (session.kind === 'in_person') return 'in_person';
  if (session.status === 'in_progress') return 'rejoin';
  if (session.payment_status === 'open') return 'unpaid';
  if (isOpen(session, at)) return role === 'practitioner' ? 'start' : 'join';
  return at < Date.parse(session.join_opens_at) ? 'prepare' : 'details';
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
