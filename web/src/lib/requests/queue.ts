import type { ClientRequest } from '@openvisit/client';

/** Who may be accepted now, the longest waiting first. */
export function queue(requests: Record<string, ClientRequest>, at: number): ClientRequest[] {
  return Object.values(requests)
    .filter(({ status, expires_at }) => status === 'pending' && at < Date.parse(expires_at))
    .sort((one, other) => Date.parse(one.created_at) - Date.parse(other.created_at));
}
