import type { Appointment, User } from '@openvisit/client';
import { isOpen } from '$lib/entry/current';

/** Nobody moves what has begun or is over. */
export function canMove({ status }: Pick<Appointment, 'status'>): boolean {
  return status === 'scheduled' || status === 'waiting';
}

/** A cancellation can be taken back until its time is over. */
export function canReactivate(
  { status, ends_at }: Pick<Appointment, 'status' | 'ends_at'>,
  now: number,
): boolean {
  return status === 'cancelled' && Date.parse(ends_at) > now;
}

/** An assistant takes part in no call. */
export function takesPart(user: User, appointment: Appointment): boolean {
  return appointment.practitioner_id === user.id;
}

export function canJoin(user: User, appointment: Appointment, now: number): boolean {
  return takesPart(user, appointment) && isOpen(appointment, now);
}

/** A passcode is of use until the session is over. */
export function canRenewPasscode(appointment: Appointment): boolean {
  const { status, passcode_enabled } = appointment;
  return passcode_enabled && (canMove(appointment) || status === 'in_progress');
}
