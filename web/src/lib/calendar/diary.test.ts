import { Problem, type Appointment, type User } from '@openvisit/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Diary } from './diary.svelte';

interface Page {
  items: Appointment[];
  next_cursor: string | null;
}

const { api } = vi.hoisted(() => ({ api: { appointments: vi.fn(), changeAppointment: vi.fn() } }));
vi.mock('$lib/openvisit.svelte', () => ({ api }));
vi.mock('$lib/shell/live.svelte', () => ({
  live: { listen: () => () => undefined, onReturn: () => () => undefined },
}));

const practitioner = { id: 'me', name: 'Ann', roles: ['practitioner'] } as unknown as User;
const monday = { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' };
const tuesday = { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' };

const appointment = (id: string, version = 1) =>
  ({
    id,
    version,
    practitioner_id: 'me',
    starts_at: '2026-11-23T09:00:00Z',
    ends_at: '2026-11-23T09:30:00Z',
  }) as Appointment;
const page = (...items: Appointment[]): Page => ({ items, next_cursor: null });

let diary: Diary;
beforeEach(() => {
  api.appointments.mockReset();
  api.changeAppointment.mockReset();
  diary = new Diary(practitioner);
});
afterEach(() => diary.close());

test('days that somebody has left again are not drawn, however late they come', async () => {
  let late: ((page: Page) => void) | undefined;
  api.appointments.mockImplementation(({ from }: { from: string }) =>
    from === monday.from
      ? new Promise((answer) => (late = answer))
      : Promise.resolve(page(appointment('tuesday'))),
  );
  const left = diary.show(monday);
  await diary.show(tuesday);
  late?.(page(appointment('monday')));
  await left;
  expect(diary.appointments.map(({ id }) => id)).toEqual(['tuesday']);
  expect(diary.loading).toBe(false);
});

test('what has not changed is the same object, so that it is not drawn again', async () => {
  api.appointments.mockImplementation(async () => page(appointment('a'), appointment('b')));
  await diary.show(monday);
  const before = diary.appointments[0];
  await diary.load();
  expect(diary.appointments[0]).toBe(before);
});

test('a move that is refused is drawn where the server has it, and the days stay', async () => {
  api.appointments.mockImplementation(async () => page(appointment('a')));
  await diary.show(monday);
  diary.draw('a', { startsAt: Date.parse('2026-11-23T12:00:00Z'), minutes: 30 });
  expect(diary.find('a')?.starts_at).toBe('2026-11-23T12:00:00.000Z');
  api.changeAppointment.mockRejectedValue(new Problem('slot_taken', 409, 'taken'));
  await expect(diary.change('a', {})).rejects.toMatchObject({ code: 'slot_taken' });
  expect(diary.find('a')?.starts_at).toBe('2026-11-23T09:00:00Z');
  expect([diary.loaded, diary.problem]).toEqual([true, null]);
});
