import { isOver, type Session, type SessionQuery, type Status } from '@openvisit/client';
import type { Wanted } from './list.svelte';

export type Tab = 'upcoming' | 'past';

/** What a list of sessions shows; as the page's address has it. */
export interface Filter {
  tab: Tab;
  status: Status | null;
  q: string;
}

/** The states that a tab can be narrowed down to. */
export const STATES: Record<Tab, Status[]> = {
  upcoming: ['scheduled', 'waiting', 'in_progress', 'cancelled'],
  past: ['completed', 'no_show', 'cancelled'],
};

/** How long before now a session may have begun that still runs. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

export function fromAddress(address: URLSearchParams): Filter {
  const tab = address.get('show') === 'past' ? 'past' : 'upcoming';
  const status = STATES[tab].find((known) => known === address.get('status')) ?? null;
  return { tab, status, q: address.get('q') ?? '' };
}

export function toAddress({ tab, status, q }: Filter): string {
  const address = new URLSearchParams();
  if (tab === 'past') address.set('show', tab);
  if (status) address.set('status', status);
  if (q) address.set('q', q);
  return address.size > 0 ? `?${address}` : '?';
}

/** What to ask the server for, and what of its answer belongs into the list. */
export function wanted(
  { tab, status, q }: Filter,
  practitioner: string | null,
  at: number,
): Wanted {
  const time =
    tab === 'past' ? { to: iso(at), order: 'desc' } : { from: iso(at - LONGEST_MS), order: 'asc' };
  return {
    query: {
      ...time,
      order: time.order as SessionQuery['order'],
      ...(status && { status: [status] }),
      ...(q && { q }),
      ...(practitioner && { practitioner_id: practitioner }),
    },
    shown: (session) =>
      !session.deleted_at && belongs(session, tab, at) && (!status || session.status === status),
  };
}

/** What is still to come or runs is upcoming, also when it was cancelled before its time. */
export function belongs(session: Session, tab: Tab, at: number): boolean {
  const upcoming = Date.parse(session.starts_at) > at || goesOn(session, at);
  return upcoming === (tab === 'upcoming');
}

function goesOn({ status, kind, ends_at }: Session, at: number): boolean {
  // A visit in person is over by the clock, whether or not somebody says so.
  return !isOver(status) && (kind !== 'in_person' || Date.parse(ends_at) > at);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
