// What to do about a session or a practitioner's requests, written from the facts that the server found.

import type { PractitionerCheck, SessionCheck } from '@openvisit/client';
import { dateTime } from '$lib/figures';
import { t } from '$lib/i18n';
import { roleName } from '$lib/words';

/** Timers look twice a second: what is this late does not run. */
const OVERDUE_MS = 30_000;

export function aboutSession(check: SessionCheck, now: number): string[] {
  const words = t.admin.support.todo;
  if (!check.found) return [words.externalId];
  const isLate = check.due_at && Date.parse(check.due_at) + OVERDUE_MS < now;
  const late = isLate ? [words.overdue({ at: dateTime(check.due_at ?? '') })] : [];
  return [...aboutState(check, now), ...late];
}

function aboutState(check: SessionCheck, now: number): string[] {
  switch (check.status) {
    case 'scheduled':
      return aboutScheduled(check, now);
    case 'waiting':
      return aboutWaiting(check);
    case 'in_progress':
      return aboutRunning(check);
    default:
      return check.request && check.request.status !== 'accepted'
        ? aboutRequest(check, now)
        : [t.admin.support.todo.ended];
  }
}

function aboutScheduled({ kind, opens_at, payment_settled }: SessionCheck, now: number): string[] {
  const words = t.admin.support.todo;
  const unpaid = !payment_settled ? [words.unpaid] : [];
  if (kind === 'in_person') return [...unpaid, words.inPerson];
  const isOpen = !opens_at || Date.parse(opens_at) <= now;
  return [...unpaid, isOpen ? words.nobodyCame : words.opensAt({ at: dateTime(opens_at) })];
}

function aboutWaiting({ participants }: SessionCheck): string[] {
  const words = t.admin.support.todo;
  const waits = participants.some(({ role, state }) => role === 'client' && state === 'waiting');
  return waits ? [words.notBegun, words.letIn] : [words.notBegun];
}

function aboutRunning({ participants, due_at }: SessionCheck): string[] {
  const words = t.admin.support.todo;
  if (participants.some(({ present }) => present)) return [words.running];
  return [due_at ? words.endsAt({ at: dateTime(due_at) }) : words.endsItself];
}

function aboutRequest({ request }: SessionCheck, now: number): string[] {
  const words = t.admin.support.todo;
  if (request?.status !== 'pending') return [words.askAgain];
  const until = request.organization_only_until;
  const own = until && Date.parse(until) > now ? [words.ownFirst({ until: dateTime(until) })] : [];
  return [words.unaccepted, ...own, words.whyUnseen];
}

export function aboutPractitioner(check: PractitionerCheck): string[] {
  const words = t.admin.support.todo;
  if (!check.login.exists) return [words.makeAccount];
  const { required, accounts } = check;
  const found = [
    accounts > 1 && words.accounts({ count: accounts }),
    !required.linked && words.giveRole({ role: roleName('practitioner') }),
    !required.login_exists_and_is_enabled && words.enable,
    !required.can_accept_sessions && words.accept,
    aboutTiers(check),
    aboutOrganizations(check),
  ].filter((sentence) => typeof sentence === 'string');
  if (found.length > 0 || check.pending_requests === 0) return found;
  return [words.allSet];
}

function aboutTiers({ mechanic, filtered_out }: PractitionerCheck): string | null {
  const out = filtered_out.filter(({ rule }) => rule === 'tier');
  if (out.length === 0) return null;
  const own = mechanic.service_tier ?? '–';
  const wanted = [...new Set(out.flatMap(({ tiers }) => tiers ?? []))].sort().join(', ') || null;
  return t.admin.support.todo.tiers({ count: out.length, own, wanted });
}

function aboutOrganizations({ filtered_out }: PractitionerCheck): string | null {
  const out = filtered_out.filter(({ rule }) => rule === 'organization_first');
  if (out.length === 0) return null;
  const last = out
    .flatMap(({ until }) => until ?? [])
    .sort()
    .at(-1);
  return t.admin.support.todo.othersFirst({
    count: out.length,
    until: last ? dateTime(last) : null,
  });
}
