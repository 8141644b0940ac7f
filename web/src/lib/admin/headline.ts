// Whether everything works, of all that the page of the system knows.

import type { CheckReport, Problem, SystemState } from '@openvisit/client';
import { t } from '$lib/i18n';
import { refusal } from '$lib/refusals';
import { span } from '$lib/time';

export interface Headline {
  /** Null until enough is known. */
  good: boolean | null;
  title: string;
  text?: string;
}

interface SystemFacts {
  /** Why the server cannot work, or does not say how it does. */
  problem: Problem | null;
  state: SystemState | null;
  checks: { value: CheckReport | null; problem: Problem | null };
}

export function headlineOf({ problem, state, checks }: SystemFacts): Headline {
  const words = t.admin.system;
  if (problem) {
    const title = problem.code === 'unreachable' ? words.notAlive : words.notReady;
    return { good: false, title, text: refusal(problem).title };
  }
  const troubles = [
    ...ofEvents(state?.outbox ?? []),
    ...(state && ofKeys(state).length > 0 ? [t.admin.system.keysMissing] : []),
    ...(state && ofClock(state).length > 0 ? [t.admin.system.clockSet] : []),
    ...ofChecks(checks),
  ];
  if (troubles.length > 0) return { good: false, title: words.notReady, text: troubles.join(' ') };
  if (!state || !checks.value) return { good: null, title: t.checks.checking };
  return { good: true, title: words.ready };
}

function ofEvents(outbox: SystemState['outbox']): string[] {
  const words = t.admin.system;
  const failing = outbox.filter((it) => it.failing);
  const webhooks = failing.filter(({ target }) => target !== 'broker').length;
  return [
    ...(failing.length > webhooks ? [words.brokerFails] : []),
    ...(webhooks > 0 ? [words.webhooksFail({ count: webhooks })] : []),
  ];
}

/** What was sealed or hashed with keys that are not there any more. */
export function ofKeys({ keys }: Pick<SystemState, 'keys'>): string[] {
  const words = t.admin.system;
  return [
    ...(keys.lost > 0 ? [words.keysLost({ count: keys.lost })] : []),
    ...(keys.other_pepper ? [words.otherPepper] : []),
  ];
}

/** A clock that was set while the server runs. */
export function ofClock({
  clock_ahead_seconds: ahead,
}: Pick<SystemState, 'clock_ahead_seconds'>): string[] {
  if (!ahead) return [];
  const said = { span: span(Math.abs(ahead) * 1000) };
  return [ahead > 0 ? t.admin.system.clockAhead(said) : t.admin.system.clockBehind(said)];
}

function ofChecks({ value, problem }: SystemFacts['checks']): string[] {
  if (problem) return [refusal(problem).title];
  const count = value?.findings.filter(({ verdict }) => verdict === 'fault').length ?? 0;
  return count > 0 ? [t.admin.system.checksFail({ count })] : [];
}
