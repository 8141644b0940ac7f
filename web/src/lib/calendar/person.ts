import type { Client } from '@openvisit/client';

/** Who is to come, as a form holds it: nobody yet, somebody known, or somebody new. */
export type Person =
  | { kind: 'none' }
  | { kind: 'known'; client: Client }
  | { kind: 'new'; name: string; email: string };

export type PersonFault = 'client' | 'name' | 'email';

export function personFault(person: Person): PersonFault | null {
  if (person.kind === 'none') return 'client';
  if (person.kind === 'known') return null;
  if (!person.name.trim()) return 'name';
  // As much as is sure: the server and the mail say the rest.
  return person.email && !/^\S+@\S+\.\S+$/.test(person.email.trim()) ? 'email' : null;
}

/** What they are called, as far as the form knows. */
export function nameIn(person: Person): string | null {
  if (person.kind === 'none') return null;
  return (person.kind === 'known' ? person.client.name : person.name).trim() || null;
}
