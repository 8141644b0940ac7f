import type { CallState, Participant, Remote } from '@openvisit/client';

/** The others who are in the call or were let in, the partner before guests. */
export function others({ session, participantId }: CallState): Participant[] {
  const inside = session?.participants.filter(
    ({ id, state }) => id !== participantId && state === 'admitted',
  );
  return (inside ?? []).sort((a, b) => Number(a.role === 'guest') - Number(b.role === 'guest'));
}

/** Whose tracks these are; a remote that the server did not name is the only partner's. */
export function ownerOf(remote: Remote, state: CallState): Participant | null {
  const people = others(state);
  if (remote.participantId === null) return people[0] ?? null;
  return people.find(({ id }) => id === remote.participantId) ?? null;
}
