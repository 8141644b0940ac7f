import type { Session } from '@openvisit/client';
import { t } from '$lib/i18n';
import { toast } from '$lib/ui/toast.svelte';
import { nameOf } from '$lib/words';

/** Tells a client whose appointment somebody else has now. */
export function tellTakenOver(before: Session | null | undefined, after: Session): void {
  if (after.you.role !== 'client' || !before || before.practitioner.id === after.practitioner.id)
    return;
  toast.show(t.visits.visit.takenOver({ name: nameOf(after, 'practitioner') }));
}
