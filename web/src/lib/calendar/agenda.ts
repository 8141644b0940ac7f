import type { Appointment } from '@openvisit/client';
import { wallOf, type Day } from './zone';

type Timed = Pick<Appointment, 'starts_at'>;

export interface AgendaDay<T> {
  day: Day;
  items: T[];
}

/** Appointments by the day on which they begin for the reader, earliest first. */
export function byDay<T extends Timed>(appointments: T[], zone: string): AgendaDay<T>[] {
  const days = new Map<Day, T[]>();
  for (const it of appointments.toSorted((a, b) => a.starts_at.localeCompare(b.starts_at))) {
    const { day } = wallOf(Date.parse(it.starts_at), zone);
    days.set(day, [...(days.get(day) ?? []), it]);
  }
  return [...days].map(([day, items]) => ({ day, items }));
}
