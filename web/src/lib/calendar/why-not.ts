import type { Appointment, Problem } from '@openvisit/client';
import { t } from '$lib/i18n';
import { nameOf } from '$lib/words';
import { inTheWay, sentenceOf, slotOf } from './conflicts';
import type { Diary } from './diary.svelte';
import { timeOf } from './wording';

/** Whose time was asked for. */
export interface Whose {
  practitionerId: string;
  client: string | null;
}

export function whoseIs(appointment: Appointment): Whose {
  return {
    practitionerId: appointment.practitioner_id,
    client: nameOf(appointment, 'client'),
  };
}

/** Why the server refused it, with the name of whom it hits where the page knows it. */
export function whyNot(problem: Problem, { practitionerId, client }: Whose, diary: Diary) {
  return sentenceOf(problem, {
    words: t.calendar.refused,
    time: timeOf,
    client,
    holder: (slot) => {
      const found = inTheWay({ ...slot, practitioner_id: practitionerId }, diary.known);
      return found && nameOf(found, 'client');
    },
  });
}

/** The same, once it is looked up who has a time that is not on the page. */
export async function whyNotAfterLooking(problem: Problem, whose: Whose, diary: Diary) {
  const slot = slotOf(problem);
  if (slot) await diary.look(slot);
  return whyNot(problem, whose, diary);
}
