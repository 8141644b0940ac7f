import type { SessionCheck } from '@openvisit/client';
import { t } from '$lib/i18n';

export type Joining = keyof typeof t.admin.support.joining;

/** What decides whether somebody can join a session. */
export function joiningOf({ kind, status, request }: SessionCheck): Joining {
  if (request?.status === 'pending') return 'pending';
  if (kind === 'in_person') return 'in_person';
  return status === 'scheduled' || status === 'waiting' || status === 'in_progress'
    ? status
    : 'over';
}
