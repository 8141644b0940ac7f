import type { Session } from '@openvisit/client';

export type Presence = 'away' | 'in_another_call' | 'here';

type Told = Session & { practitioner_presence?: Presence | null };

/** Where the practitioner is, as far as the server tells whoever waits. */
export function presenceOf(session: Told | null): Presence | null {
  return session?.practitioner_presence ?? null;
}
