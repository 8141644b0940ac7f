import type { Participant, Session, Status } from '@openvisit/client';
import { config } from './openvisit.svelte';

export const STATUS: Record<Status, string> = {
  scheduled: 'Scheduled',
  waiting: 'Waiting',
  in_progress: 'In progress',
  completed: 'Completed',
  cancelled: 'Cancelled',
  no_show: 'Missed',
};

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A party's name, or what the party is called where the name is not known. */
export function nameOf(
  booking: Pick<Session, 'practitioner' | 'client'>,
  party: 'practitioner' | 'client',
): string {
  return booking[party].name ?? capital(config.wording[party]);
}

/** The name of whom this person is to meet. */
export function partnerOf(session: Session): string {
  return nameOf(session, session.you.role === 'practitioner' ? 'client' : 'practitioner');
}

export function initials(name: string): string {
  const words = name
    .replace(/^(dr|prof)\.?\s+/i, '')
    .split(/\s+/)
    .filter(Boolean);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? (words[words.length - 1] ?? '') : '';
  return [first, last]
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

export function waiting(session: Session | null): Participant[] {
  return session?.participants.filter(({ state }) => state === 'waiting') ?? [];
}
