import type { Session } from '@openvisit/client';
import { t } from '$lib/i18n';
import { nameOf } from '$lib/words';
import { otherParty } from './action';

/** Whom the person who looks meets; both parties for whoever is neither. */
export function whoIn(session: Session): string {
  const other = otherParty(session);
  if (other) return nameOf(session, other);
  return `${nameOf(session, 'practitioner')} · ${nameOf(session, 'client')}`;
}

/** What the booking calls it, or what kind it is. */
export function titleOf(session: Pick<Session, 'title' | 'kind'>): string {
  return session.title ?? t.today.kind[session.kind];
}
