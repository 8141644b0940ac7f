import type { Appointment } from '@openvisit/client';
import { beforeEach, expect, test, vi } from 'vitest';
import { currentLobby } from './current';

const NOW = Date.parse('2026-11-30T09:00:00Z');
const MINUTE = 60_000;

const { api } = vi.hoisted(() => ({
  api: { appointments: vi.fn(), identity: { user: { roles: ['client'] } } },
}));
vi.mock('$lib/openvisit.svelte', () => ({ api }));
vi.mock('$lib/now.svelte', () => ({ serverNow: () => NOW }));

/** One whose door opens so many minutes from now. */
function opening(minutes: number, given: Partial<Appointment> = {}): Appointment {
  const at = (added: number) => new Date(NOW + (minutes + added) * MINUTE).toISOString();
  const times = { join_opens_at: at(0), starts_at: at(15), ends_at: at(45) };
  return {
    kind: 'video',
    status: 'scheduled',
    session_id: `s${minutes}`,
    ...times,
    ...given,
  } as Appointment;
}

beforeEach(() => api.appointments.mockReset());

test('a lobby that is open is found, however many appointments come before it', async () => {
  const inPerson = Array.from({ length: 100 }, () => opening(-30, { kind: 'in_person' }));
  api.appointments
    .mockResolvedValueOnce({ items: inPerson, next_cursor: 'on' })
    .mockResolvedValueOnce({ items: [opening(-5)], next_cursor: null });
  expect(await currentLobby()).toBe('/join/s-5');
  expect(api.appointments.mock.calls[1]?.[0]).toMatchObject({ cursor: 'on' });
});

test('nobody looks through all that is to come', async () => {
  api.appointments.mockResolvedValueOnce({ items: [opening(5)], next_cursor: 'on' });
  expect(await currentLobby()).toBeNull();
  expect(api.appointments).toHaveBeenCalledTimes(1);
});
