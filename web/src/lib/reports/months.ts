/** A month of the calendar, as the API writes it: `2026-11`. */
export type Month = string;

export function monthOf(instant: Date): Month {
  return written(instant.getFullYear(), instant.getMonth());
}

export function monthOfUtc(instant: Date): Month {
  return written(instant.getUTCFullYear(), instant.getUTCMonth());
}

/** That many months up to this one, the earliest first. */
export function lastMonths(count: number, until: Month): Month[] {
  return Array.from({ length: count }, (_, at) => before(until, count - 1 - at));
}

function before(month: Month, count: number): Month {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const total = year * 12 + (number - 1) - count;
  return written(Math.floor(total / 12), total % 12);
}

function written(year: number, index: number): Month {
  return `${year}-${String(index + 1).padStart(2, '0')}`;
}
