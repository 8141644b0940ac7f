import type { ListedInvitation } from '@openvisit/client';

/** What is withdrawn at one stroke: the client's links together, everybody else by themselves. */
export interface WayIn {
  /** Of one of its invitations; withdrawing that withdraws all. */
  id: string;
  /** How many links there are. */
  links: number;
  kind: 'client' | 'guest' | 'by_code';
  /** Of a guest, where it is known. */
  name: string | null;
  /** When somebody last came by it. */
  usedAt: string | null;
}

export function waysIn(invitations: readonly ListedInvitation[]): WayIn[] {
  const client = invitations.filter(({ role }) => role === 'client');
  const others = invitations.filter(({ role }) => role !== 'client').map(alone);
  const [first] = client;
  return first
    ? [{ ...alone(first), links: client.length, usedAt: latest(client) }, ...others]
    : others;
}

function alone({ id, role, by_code, name, last_used_at: usedAt }: ListedInvitation): WayIn {
  const kind = by_code ? 'by_code' : role === 'client' ? 'client' : 'guest';
  return { id, links: 1, kind, name, usedAt };
}

function latest(invitations: readonly ListedInvitation[]): string | null {
  const used = invitations.flatMap(({ last_used_at: at }) => at ?? []);
  return used.sort((one, other) => Date.parse(other) - Date.parse(one))[0] ?? null;
}
