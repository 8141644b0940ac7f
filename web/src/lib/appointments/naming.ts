import type { Session } from '@openvisit/client';
import { t } from '$lib/i18n';
import { config } from '$lib/openvisit.svelte';
import { nameOf } from '$lib/words';
import { otherParty } from './action';

/** Whom the person who looks meets; both parties for whoever is neither. */
export function whoIn(session: Session): string {
  const other = otherParty(session);
  if (other) return nameOf(session, other);
  return `${nameOf(session, 'practitioner')} · ${nameOf(session, 'client')}`;
}

type ActionWord = keyof typeof t.today.action;

/** What a button is called here: some practices have words of their own. */
export function actionWord(action: ActionWord): string {
  const own: Partial<Record<string, Partial<Record<ActionWord, string>>>> = t.today.ownActions;
  return own[config.wording.preset]?.[action] ?? t.today.action[action];
}

/** What the booking calls it, or what kind it is. */
export function titleOf(session: Pick<Session, 'title' | 'kind'>): string {
  return session.title ?? t.today.kind[session.kind];
}
