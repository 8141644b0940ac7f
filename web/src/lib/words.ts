import type { Participant, Session, Status } from '@openvisit/client';

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

/** Whom this person is to meet. */
export function partnerOf(session: Session): { id: string; name: string } {
  return session.you.role === 'practitioner' ? session.client : session.practitioner;
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
