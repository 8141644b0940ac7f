import type { Participant, Session } from '@openvisit/client';

export const NINE = Date.parse('2026-03-30T09:00:00Z');
export const MINUTE = 60_000;

export const iso = (instant: number) => new Date(instant).toISOString();

/** A session for tests: half an hour from nine, as its practitioner sees it. */
export function booked(given: Partial<Session> = {}): Session {
  return {
    id: 's1',
    kind: 'video',
    status: 'scheduled',
    payment_status: 'not_required',
    starts_at: iso(NINE),
    ends_at: iso(NINE + 30 * MINUTE),
    join_opens_at: iso(NINE - 15 * MINUTE),
    server_time: iso(NINE),
    participants: [],
    client_rating: null,
    you: { role: 'practitioner', participant_id: null },
    ...given,
  } as Session;
}

/** Somebody at the door since then. */
export function waitingSince(instant: number, given: Partial<Participant> = {}): Participant {
  return {
    id: 'p1',
    name: 'Sam',
    role: 'client',
    state: 'waiting',
    connected: true,
    waiting_since: iso(instant),
    left_at: null,
    ...given,
  } as Participant;
}
