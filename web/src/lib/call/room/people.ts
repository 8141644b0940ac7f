import type { CallState, Participant, Remote } from '@openvisit/client';

/** The others who are in the call or were let in, the partner before guests. */
export function others({ session, participantId }: CallState): Participant[] {
  const inside = session?.participants.filter(
    ({ id, state }) => id !== participantId && state === 'admitted',
  );
  return (inside ?? []).sort((a, b) => Number(a.role === 'guest') - Number(b.role === 'guest'));
}

/** How long it may take from being let in until one is seen, in milliseconds; whoever takes longer has gone. */
const JOINING_MS = 20_000;

/** Let in a moment ago, and not heard of yet: the connection is being made, whoever's socket is there already. */
export function isJoining(
  { id, connected_seconds, joined_at }: Participant,
  mediaStates: CallState['mediaStates'],
  serverNow: number,
): boolean {
  if (mediaStates[id] || connected_seconds * 1000 > JOINING_MS || !joined_at) return false;
  return serverNow - Date.parse(joined_at) < JOINING_MS;
}

/** Whose tracks these are; a remote that the server did not name is the only partner's. */
export function ownerOf(remote: Remote, state: CallState): Participant | null {
  const people = others(state);
  if (remote.participantId === null) return people[0] ?? null;
  return people.find(({ id }) => id === remote.participantId) ?? null;
}
