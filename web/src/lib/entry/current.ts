import type { Appointment } from '@openvisit/client';
import { serverNow } from '$lib/now.svelte';
import { api } from '$lib/openvisit.svelte';
import { startOfDay } from '$lib/time';

/** The address of the lobby that is open for the signed-in person right now, or null. */
export async function currentLobby(): Promise<string | null> {
  if (api.identity.user?.roles.includes('admin')) return null;
  const now = serverNow();
  const { items } = await api.appointments({
    from: new Date(startOfDay(now)).toISOString(),
    limit: 50,
  });
  const current = items.find((it) => isOpen(it, now));
  return current ? `/join/${current.session_id}` : null;
}

/** Whether the door of an appointment's call is open. */
export function isOpen(
  appointment: Pick<Appointment, 'kind' | 'status' | 'join_opens_at' | 'ends_at'>,
  now: number,
): boolean {
  if (appointment.kind === 'in_person') return false;
  if (appointment.status === 'waiting' || appointment.status === 'in_progress') return true;
  return (
    appointment.status === 'scheduled' &&
    Date.parse(appointment.join_opens_at) <= now &&
    now < Date.parse(appointment.ends_at)
  );
}
