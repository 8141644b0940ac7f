import type { Timeline } from '@openvisit/client';

export type Entry = Timeline['items'][number];

/** One line of the evidence: entries that several sources gave of the same thing, told once. */
export interface Step {
  at: string;
  kind: string;
  participantId: string | null;
  sources: string[];
}

/** Sources tell of one connection within moments of each other. */
const TOGETHER_MS = 5_000;

export function steps(entries: Entry[]): Step[] {
  const told: Step[] = [];
  for (const entry of entries) {
    const same = told.find(
      (step, at) =>
        tellsOf(step, entry) && !told.slice(at + 1).some((later) => undoes(later, entry)),
    );
    if (same) same.sources = [...new Set([...same.sources, ...sourcesOf(entry)])];
    else told.push(step(entry));
  }
  return told;
}

function tellsOf(step: Step, entry: Entry): boolean {
  return (
    step.kind === entry.kind &&
    step.participantId === entry.participant_id &&
    Date.parse(entry.at) - Date.parse(step.at) < TOGETHER_MS
  );
}

const OPPOSITE: Record<string, string> = { connected: 'disconnected', disconnected: 'connected' };

/** Who went in between and came again did so twice. */
function undoes(later: Step, entry: Entry): boolean {
  return later.participantId === entry.participant_id && later.kind === OPPOSITE[entry.kind];
}

function step(entry: Entry): Step {
  const { at, kind, participant_id: participantId } = entry;
  return { at, kind, participantId, sources: sourcesOf(entry) };
}

function sourcesOf({ source }: Entry): string[] {
  return source ? [source] : [];
}
