// A link into an appointment, as it is sent to somebody who has no account.

import type { Account } from './api.ts';

interface Booked {
  id: string;
  session_id: string;
  passcode: string | null;
}

export interface Invited {
  path: string;
  passcode: string;
  /** The appointment's. */
  id: string;
  /** Its session's. */
  session: string;
}

interface Wish {
  /** Milliseconds from now. */
  startsIn?: number;
  passcode?: boolean;
  name?: string;
}

/** Books a client whom nobody knows, and makes a link. */
export async function invite(practitioner: Account, { startsIn = 0, passcode = false, name = 'Mo Visitor' }: Wish): Promise<Invited> {
  const booked = await practitioner.post<Booked>('/appointments', {
    practitioner_id: practitioner.id,
    client: { issuer: 'e2e', subject: name, name },
    starts_at: new Date(Date.now() + startsIn).toISOString(),
    duration_minutes: 30,
    passcode,
  });
  const path = await link(practitioner, booked.id, 'client');
  return { path, passcode: booked.passcode ?? '', id: booked.id, session: booked.session_id };
}

/** The path of a link into an appointment for one of its parties or a guest. */
export async function link(practitioner: Account, appointment: string, role: 'client' | 'guest', name?: string): Promise<string> {
  const { url } = await practitioner.post<{ url: string }>(`/appointments/${appointment}/invitations`, { role, name });
  return `/invite${new URL(url).hash}`;
}
