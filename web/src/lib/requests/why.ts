import type { PractitionerCheck } from '@openvisit/client';

type FilteredOut = Pick<PractitionerCheck['filtered_out'][number], 'rule'>;

/** How many requests each rule keeps away, the most first. */
export function rules({
  filtered_out,
}: {
  filtered_out: FilteredOut[];
}): { rule: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { rule } of filtered_out) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .map(([rule, count]) => ({ rule, count }))
    .sort((one, other) => other.count - one.count);
}
