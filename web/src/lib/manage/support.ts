import { isOver, type SessionCheck, type Status } from '@openvisit/client';
import { t } from '$lib/i18n';
import type { RoleWord } from '$lib/words';

/** The names that some contracts have for the parties. */
const PARTIES: Record<string, RoleWord> = { mechanic: 'practitioner', customer: 'client' };
/** And for a session's states. */
const STATES: Record<string, Status> = {
  pending: 'scheduled',
  live: 'in_progress',
};

export function partyOf(role: string): RoleWord {
  return PARTIES[role] ?? (role as RoleWord);
}

export function statusOf(status: string): string {
  const names: Record<string, string> = t.common.status;
  return names[known(status)] ?? status;
}

/** What decides whether somebody can join it. */
export function joiningOf({ kind, status }: SessionCheck): keyof typeof t.manage.support.joining {
  if (kind === 'in_person') return 'in_person';
  const state = known(status ?? 'scheduled');
  return isOver(state) ? 'over' : state;
}

function known(status: string): Status {
  return STATES[status] ?? (status as Status);
}
