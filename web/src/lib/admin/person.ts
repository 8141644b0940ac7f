import type { NewPerson, Person, Role } from '@openvisit/client';

export const ROLES: readonly Role[] = ['practitioner', 'client', 'assistant', 'admin'];

/** What an account's form shows mistakes of. */
export const PERSON_FIELDS = [
  'name',
  'email',
  'phone',
  'roles',
  'organization_id',
  'timezone',
  'service_tier',
  'password',
];

/** An account as its form holds it; empty is what nobody has said. */
export interface Draft {
  name: string;
  email: string;
  phone: string;
  roles: Role[];
  organization: string;
  tier: string;
  accepts: boolean;
  timezone: string | null;
  password: string;
}

export const NOBODY: Draft = {
  name: '',
  email: '',
  phone: '',
  roles: ['practitioner'],
  organization: '',
  tier: '',
  accepts: true,
  timezone: null,
  password: '',
};

export function draftOf(person: Person): Draft {
  return {
    name: person.name,
    email: person.email ?? '',
    phone: person.phone ?? '',
    roles: [...person.roles],
    organization: person.organization_id ?? '',
    tier: person.practitioner?.service_tier ?? '',
    accepts: person.practitioner?.accepts_requests ?? false,
    timezone: person.timezone,
    password: '',
  };
}

/** What the server is told. A password is set only where one was typed. */
export function newPersonOf(draft: Draft): NewPerson {
  return {
    name: draft.name.trim(),
    email: draft.email.trim() || null,
    phone: draft.phone.trim() || null,
    roles: draft.roles,
    organization_id: draft.organization || null,
    timezone: draft.timezone,
    practitioner: draft.roles.includes('practitioner')
      ? { service_tier: draft.tier.trim() || null, accepts_requests: draft.accepts }
      : undefined,
    password: draft.password || undefined,
  };
}
