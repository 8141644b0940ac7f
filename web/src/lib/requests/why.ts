/** Why a practitioner sees no requests, as `GET /support/practitioners/{id}` tells it. */
export interface Flow {
  required: { linked: boolean; login_exists_and_is_enabled: boolean; can_accept_sessions: boolean };
  pending_requests: number;
  visible_requests: number;
  filtered_out: { request_id: string; rule: string }[];
}

/** How many requests each rule keeps away, the most first. */
export function rules(flow: Flow): { rule: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { rule } of flow.filtered_out) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .map(([rule, count]) => ({ rule, count }))
    .sort((one, other) => other.count - one.count);
}
