import type { ApiKey, NewApiKey, NewServiceAccount, Scope } from '@openvisit/client';
import type { Messages } from '$lib/i18n';
import { refusedHere } from '$lib/ui/field-errors';

export type ProgramRole = keyof Messages['admin']['programs']['roles'];

/** What the form of a program, and that of a key, show mistakes of. */
export const PROGRAM_FIELDS = ['name', 'organization_id'];
export const KEY_FIELDS = ['scopes'];

/** After how many days a key can be made to end. */
export const KEY_DAYS = [30, 90, 365];

/** What an assistant's key can open; an administrator's opens all that there is. */
const RECEPTION: Scope[] = [
  'appointments:read',
  'appointments:write',
  'clients:read',
  'clients:write',
  'practitioners:read',
  'sessions:read',
  'sessions:write',
];

/** A program as its form holds it. */
export interface ProgramDraft {
  name: string;
  role: ProgramRole;
  organization: string;
}

/** A key as its form holds it. */
export interface KeyDraft {
  scopes: Scope[];
  /** After how many days it ends; empty: never by itself. */
  days: string;
}

/** What the server is told; throws where an assistant has nobody to book for. */
export function newProgramOf(draft: ProgramDraft): NewServiceAccount {
  if (draft.role === 'assistant' && !draft.organization) {
    throw refusedHere('organization_id', 'required');
  }
  return {
    name: draft.name.trim(),
    role: draft.role,
    organization_id: draft.role === 'assistant' ? draft.organization : null,
  };
}

/** What the server is told; throws where nothing was chosen. */
export function newKeyOf(draft: KeyDraft, now: number): NewApiKey {
  if (draft.scopes.length === 0) throw refusedHere('scopes', 'required');
  const lasts = Number(draft.days) * 86_400_000;
  return {
    scopes: draft.scopes,
    expires_at: lasts ? new Date(now + lasts).toISOString() : null,
  };
}

export function offered(role: ProgramRole, all: Scope[]): Scope[] {
  return role === 'admin' ? all : all.filter((scope) => RECEPTION.includes(scope));
}

export function hasEnded(key: ApiKey, now: number): boolean {
  return key.expires_at !== null && Date.parse(key.expires_at) <= now;
}
