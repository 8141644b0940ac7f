import { itemsOf, type Appointment } from '@openvisit/client';
import { serverNow } from '$lib/now.svelte';
import { api } from '$lib/openvisit.svelte';

const LIVE = ['scheduled', 'waiting', 'in_progress'] as const;

/** The address of the lobby that is open for the signed-in person right now, or null. */
export async function currentLobby(): Promise<string | null> {
  if (api.identity.user?.roles.includes('admin')) return null;
  const now = serverNow();
  const query = { from: new Date(now).toISOString(), status: [...LIVE], limit: 100 };
  for await (const it of itemsOf((cursor) => api.appointments({ ...query, cursor }))) {
    if (isOpen(it, now)) return `/join/${it.session_id}`;
    // The soonest come first: no later door is open before this one.
    if (Date.parse(it.join_opens_at) > now) return null;
  }
  return null;
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
