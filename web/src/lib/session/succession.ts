// Who may take an appointment over, and why somebody cannot.

import { allOf, asProblem, type Appointment, type Practitioner } from '@openvisit/client';
import { inTheWay, slotOf, type Slot } from '$lib/calendar/conflicts';
import { t } from '$lib/i18n';
import { api } from '$lib/openvisit.svelte';
import { refusal } from '$lib/refusals';
import { range } from '$lib/time';
import { nameOf } from '$lib/words';

/** The others who take appointments in an organization. */
export async function colleagues(
  organization: string | null,
  except: string,
): Promise<Practitioner[]> {
  const all = await allOf((cursor) => api.practitioners({ cursor }));
  return all.filter((it) => it.organization_id === organization && it.id !== except);
}

/** Why it was not handed over: with what the other one has then, where the server tells it. */
export async function whyNot(thrown: unknown, successor: Practitioner): Promise<string> {
  const problem = asProblem(thrown);
  const slot = problem.code === 'slot_taken' ? slotOf(problem) : null;
  if (!slot) return Object.values(refusal(problem)).join(' ');
  const hit = await hitBy(slot, successor.id).catch(() => null);
  const said = { name: successor.name, time: range(iso(slot.from), iso(slot.to)) };
  const words = t.record.handOver;
  return hit ? words.takenBy({ ...said, who: nameOf(hit, 'client') }) : words.taken(said);
}

async function hitBy({ from, to }: Slot, practitioner_id: string): Promise<Appointment | null> {
  const query = { practitioner_id, from: iso(from), to: iso(to) };
  const booked = await allOf((cursor) => api.appointments({ ...query, cursor }));
  return inTheWay({ practitioner_id, from, to }, booked);
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
