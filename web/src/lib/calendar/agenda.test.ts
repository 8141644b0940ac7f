import { expect, it } from 'vitest';
import { byDay } from './agenda';

it('puts an appointment on the day that it is for the reader', () => {
  const late = { starts_at: '2026-11-25T23:30:00Z' };
  const early = { starts_at: '2026-11-25T08:00:00Z' };
  expect(byDay([late, early], 'Europe/Berlin')).toEqual([
    { day: '2026-11-25', items: [early] },
    { day: '2026-11-26', items: [late] },
  ]);
  expect(byDay([late, early], 'UTC')).toEqual([{ day: '2026-11-25', items: [early, late] }]);
});
