// A practitioner's next week, booked by the API, so that pages show what a real one looks like.

import type { Account } from './api.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const CLIENTS = ['Leyla Demir', 'Beatriz Almeida', 'Ivo Petrov', 'Élodie Marchand', 'Tomasz Zieliński'];

interface SampleAppointment {
  /** Days after Monday. */
  day: number;
  /** UTC. */
  hour: number;
  minutes: number;
  title: string;
  client: number;
  kind?: 'video' | 'in_person';
}

const WEEK: SampleAppointment[] = [
  { day: 0, hour: 7.5, minutes: 30, title: 'First consultation', client: 0 },
  { day: 0, hour: 8.5, minutes: 45, title: 'Physical examination', client: 1, kind: 'in_person' },
  { day: 0, hour: 12, minutes: 30, title: 'Follow-up', client: 2 },
  { day: 1, hour: 8, minutes: 60, title: 'Pain consultation', client: 3 },
  { day: 1, hour: 9.5, minutes: 30, title: 'Vaccination', client: 4, kind: 'in_person' },
  { day: 2, hour: 7.5, minutes: 90, title: 'Rehabilitation plan', client: 1 },
  { day: 2, hour: 12.5, minutes: 30, title: 'Test results', client: 0 },
  { day: 3, hour: 8.5, minutes: 30, title: 'Prescription renewal', client: 2 },
  { day: 3, hour: 10, minutes: 60, title: 'Wound check', client: 3, kind: 'in_person' },
  { day: 4, hour: 8, minutes: 30, title: 'Follow-up', client: 4 },
];

/** The Monday after now, 0:00 UTC. */
export function nextMonday(): number {
  const today = Math.floor(Date.now() / DAY_MS);
  // Day 0 of the epoch was a Thursday.
  return (today + 7 - ((today + 3) % 7)) * DAY_MS;
}

/** Books it all. What the demo has at a time already stays. */
export async function bookSampleWeek(doctor: Account): Promise<void> {
  const clients: string[] = [];
  for (const name of CLIENTS) clients.push((await doctor.post<{ id: string }>('/clients', { name })).id);
  const monday = nextMonday();
  for (const { day, hour, minutes, title, client, kind = 'video' } of WEEK) {
    const starts_at = new Date(monday + day * DAY_MS + hour * HOUR_MS).toISOString();
    const booking = { client_id: clients[client], starts_at, duration_minutes: minutes, title, kind };
    await doctor.post('/appointments', booking).catch((problem: Error) => {
      if (!problem.message.includes(': 409 ')) throw problem;
    });
  }
}
