import { Problem } from '@openvisit/client';
import { t } from '$lib/i18n';

/** What the server finds wrong with each field, in the reader's words where we have some. */
export function fieldErrors(problem: Problem | null): Record<string, string> {
  const errors = problem?.extras.errors;
  if (!Array.isArray(errors)) return {};
  const told = errors.filter(isFieldError).map(({ field, message }) => {
    const name = nameOf(field);
    return [name, sentence(name, message)];
  });
  return Object.fromEntries(told);
}

/** A field that the page itself refuses, told as if the server had. */
export function refusedHere(field: string): Problem {
  return new Problem('invalid', 422, field, { errors: [{ field, message: field }] });
}

/** A list's entry, such as `roles[0]`, is its list's fault. */
function nameOf(field: string): string {
  return field.replace(/\[.*$/, '').replace(/^practitioner\./, '');
}

function sentence(field: string, message: string): string {
  const known: Record<string, string> = t.admin.fieldErrors;
  const special = SPECIAL.find(([part]) => message.includes(part));
  return known[special?.[1] ?? field] ?? message;
}

/** Where a field can be wrong in more than one way: a part of the server's sentence, and which of ours it is. */
const SPECIAL: [part: string, sentence: string][] = [
  ['is not public', 'private_url'],
  ['user name or password', 'secret_url'],
  ['is taken', 'email_taken'],
  ['signs in with', 'email_needed'],
];

function isFieldError(value: unknown): value is { field: string; message: string } {
  return typeof value === 'object' && value !== null && 'field' in value && 'message' in value;
}
