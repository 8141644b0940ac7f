import type { FieldError, Problem } from '@openvisit/client';
import { t } from '$lib/i18n';
import { range, span, timeOfDay } from '$lib/time';

export interface Refusal {
  title: string;
  text: string;
}

type Said = typeof t.common.refusals;
type Code = keyof Said;

/** What the server refused, and what to do about it. */
export function refusal(problem: Problem): Refusal {
  const said = t.common.refusals[problem.code as Code] ?? t.common.refusals.other;
  return typeof said === 'function' ? withFacts(problem) : said;
}

function withFacts(problem: Problem): Refusal {
  const said = t.common.refusals;
  switch (problem.code) {
    case 'passcode_wrong':
      return said.passcode_wrong({ left: problem.number('tries_left') });
    case 'too_early':
      return said.too_early({ at: told(problem.text('opens_at'), timeOfDay) });
    case 'too_many_requests':
      return said.too_many_requests({
        span: span((problem.number('retry_after_seconds') ?? 1) * 1000),
      });
    case 'slot_taken':
      return said.slot_taken({ time: takenTime(problem) });
    case 'not_allowed_now':
      return said.not_allowed_now({ status: told(problem.text('state'), statusName) });
    default:
      return said.invalid({ fields: problem.fieldErrors.flatMap(fieldName).join(', ') });
  }
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
