import type { FieldError, Problem } from '@openvisit/client';
import { t } from '$lib/i18n';
import { range, span, timeOfDay } from '$lib/time';

export interface Refusal {
  title: string;
  text: string;
}

/** What the server refused, and what to do about it. */
export function refusal(problem: Problem): Refusal {
  const known: Record<string, Said> = t.common.refusals;
  const { title, text } = known[problem.code] ?? t.common.refusals.other;
  return { title, text: typeof text === 'string' ? text : text(factsOf(problem)) };
}

/** How it is said: what is so, and what to do, with the facts that there are. */
export interface Said {
  title: string;
  text: string | ((facts: Facts) => string);
}
type Facts = ReturnType<typeof factsOf>;

/** What sentences may say of it; null is what the server did not tell. */
function factsOf(problem: Problem) {
  return {
    left: problem.number('tries_left'),
    at: told(problem.text('opens_at'), timeOfDay),
    span: span((problem.number('retry_after_seconds') ?? 1) * 1000),
    time: takenTime(problem),
    status: told(problem.text('state'), statusName),
    fields: problem.fieldErrors.flatMap(fieldName).join(', ') || null,
  };
}

function takenTime(problem: Problem): string | null {
  const [from, to] = [problem.text('starts_at'), problem.text('ends_at')];
  return from && to ? range(from, to) : null;
}

/** Nothing for a field that no page shows: its name in the API tells a reader nothing. */
function fieldName({ field }: FieldError): string[] {
  const names: Record<string, string> = t.common.fields;
  return names[field] ? [names[field]] : [];
}

function statusName(status: string): string {
  const names: Record<string, string> = t.common.status;
  return names[status] ?? status;
}

function told(fact: string | null, tell: (fact: string) => string): string | null {
  return fact === null ? null : tell(fact);
}
