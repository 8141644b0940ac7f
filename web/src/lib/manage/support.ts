import { t } from '$lib/i18n';
import type { RoleWord } from '$lib/words';

/** The names that some contracts have for the parties. */
const PARTIES: Record<string, RoleWord> = { mechanic: 'practitioner', customer: 'client' };
/** And for a session's states. */
const STATES: Record<string, keyof typeof t.common.status> = {
  pending: 'scheduled',
  live: 'in_progress',
};

export function partyOf(role: string): RoleWord {
  return PARTIES[role] ?? (role as RoleWord);
}

export function statusOf(status: string): string {
  const names: Record<string, string> = t.common.status;
  return names[STATES[status] ?? status] ?? status;
}
