import { expect, test } from 'vitest';
import { freeTime } from './free';

const BERLIN = 'Europe/Berlin';
const NOW = Date.parse('2026-11-25T09:10:00Z');

const taken = (from: string, to: string, practitioner_id = 'ada') => ({
  id: from,
  practitioner_id,
  client_id: 'sam',
  starts_at: `2026-11-${from}:00Z`,
  ends_at: `2026-11-${to}:00Z`,
  status: 'scheduled' as const,
});

const propose = async (day: string, ...known: ReturnType<typeof taken>[]) => {
  const found = await freeTime(day, 30, 'ada', NOW, BERLIN, async () => known);
  return new Date(found).toISOString().slice(8, 16);
};

test('a new appointment is proposed for the next half hour that is free', async () => {
  expect(await propose('2026-11-25')).toBe('25T09:30');
  expect(await propose('2026-11-25', taken('25T09:30', '25T10:00'))).toBe('25T10:00');
  const busy = [taken('25T09:15', '25T10:10'), taken('25T10:30', '25T11:00')];
  expect(await propose('2026-11-25', ...busy)).toBe('25T11:00');
});

test('what colleagues have booked, or was cancelled, keeps no time', async () => {
  const cancelled = { ...taken('25T09:30', '25T10:00'), status: 'cancelled' as const };
  expect(await propose('2026-11-25', taken('25T09:00', '25T12:00', 'bo'))).toBe('25T09:30');
  expect(await freeTime('2026-11-25', 30, 'ada', NOW, BERLIN, async () => [cancelled])).toBe(
    Date.parse('2026-11-25T09:30:00Z'),
  );
});

test('on a day that is shown it is the morning, and on one that is past it is today', async () => {
  expect(await propose('2026-11-27')).toBe('27T08:00');
  expect(await propose('2026-11-20')).toBe('25T09:30');
});

test('a day that is full, or over, leads to the next one', async () => {
  expect(await propose('2026-11-25', taken('25T09:00', '25T18:45'))).toBe('26T08:00');
  const evening = Date.parse('2026-11-25T19:40:00Z');
  const found = await freeTime('2026-11-25', 30, 'ada', evening, BERLIN, async () => []);
  expect(found).toBe(Date.parse('2026-11-26T08:00:00Z'));
});

test('where nothing can be found free, it begins with what comes next', async () => {
  const all = taken('01T00:00', '30T23:59');
  expect(await propose('2026-11-25', { ...all, ends_at: '2027-11-30T00:00:00Z' })).toBe('25T09:30');
});
