import { Problem, type FieldError, type FieldErrorCode } from '@openvisit/client';
import { t } from '$lib/i18n';

/** What the server finds wrong with each field, in the reader's words where we have some. */
export function fieldErrors(problem: Problem | null): Record<string, string> {
  const told = (problem?.fieldErrors ?? []).map((error) => [nameOf(error.field), sentence(error)]);
  return Object.fromEntries(told);
}

/** A field that the page itself refuses, told as if the server had. */
export function refusedHere(field: string, code: FieldErrorCode): Problem {
  return new Problem('invalid', 422, field, { errors: [{ field, code, message: field }] });
}

/** A list's entry, such as `roles[0]`, is its list's fault. */
function nameOf(field: string): string {
  return field.replace(/\[.*$/, '').replace(/^practitioner\./, '');
}

/** One for the field and what is wrong with it, or one for all that can be wrong with the field. */
function sentence({ field, code, message }: FieldError): string {
  const known: Record<string, string> = t.admin.fieldErrors;
  const name = nameOf(field);
  return known[`${name}_${code}`] ?? known[name] ?? message;
}
