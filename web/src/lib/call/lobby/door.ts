import type { Problem, Session } from '@openvisit/client';

type Door = Pick<Session, 'status' | 'join_opens_at' | 'you'>;

/** When the door opens for this person; null when it is open, as far as one knows. */
export function opensAt(session: Door | null, problem: Problem | null, now: number): string | null {
  const refused = problem?.code === 'too_early' ? problem.text('opens_at') : null;
  if (refused) return refused;
  // Practitioners may be let in earlier; the server knows.
  if (!session || session.status !== 'scheduled' || session.you.role === 'practitioner')
    return null;
  return Date.parse(session.join_opens_at) > now ? session.join_opens_at : null;
}

type Asking = Pick<Session, 'passcode_enabled' | 'you'>;

/** Whether this person must give the passcode; those who did before are known participants, and an invitation counts as it. */
export function asksPasscode(
  session: Asking | null,
  problem: Problem | null,
  invited = false,
): boolean {
  if (problem?.code === 'passcode_required' || problem?.code === 'passcode_wrong') return true;
  if (!session?.passcode_enabled || invited) return false;
  return session.you.role !== 'practitioner' && session.you.participant_id === null;
}

const PARTIES = ['practitioner', 'client', 'guest'];

/** Whether this person has a place in the call; whoever has none may look at the session elsewhere. */
export function takesPart(session: Pick<Session, 'you'>): boolean {
  return PARTIES.includes(session.you.role);
}

/** Whether they need not wait any more. */
export function wasLetIn({ you, participants }: Pick<Session, 'you' | 'participants'>): boolean {
  return participants.some(({ id, state }) => id === you.participant_id && state === 'admitted');
}
