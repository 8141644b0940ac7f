import type { Problem } from '@openvisit/client';
import { t } from '$lib/i18n';
import { nameOf } from '$lib/words';
import { inTheWay, sentenceOf } from './conflicts';
import type { Diary } from './diary.svelte';
import { timeOf } from './wording';

/** Why the server refused it, with the name of who has that time where the page knows it. */
export function whyNot(problem: Problem, practitionerId: string, diary: Diary): string | null {
  return sentenceOf(problem, {
    words: t.calendar.refused,
    time: timeOf,
    holder: (slot) => {
      const found = inTheWay({ ...slot, practitioner_id: practitionerId }, diary.appointments);
      return found && nameOf(found, 'client');
    },
  });
}
