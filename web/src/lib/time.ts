const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span as people say it: `2 d 3 h`, `1 h 5 min`, `4 min 10 s`, `8 s`. Never negative. */
export function span(milliseconds: number): string {
  const rest = Math.max(0, milliseconds);
  if (rest >= DAY) return pair(rest, DAY, 'd', HOUR, 'h');
  if (rest >= HOUR) return pair(rest, HOUR, 'h', MINUTE, 'min');
  // Rounded up, so that nothing opens later than the countdown said.
  const seconds = Math.ceil(rest / 1000);
  if (seconds >= 60) return pair(seconds * 1000, MINUTE, 'min', 1000, 's');
  return `${seconds} s`;
}

function pair(
  rest: number,
  big: number,
  bigName: string,
  small: number,
  smallName: string,
): string {
  const [bigs, smalls] = [Math.floor(rest / big), Math.floor((rest % big) / small)];
  return smalls === 0 ? `${bigs} ${bigName}` : `${bigs} ${bigName} ${smalls} ${smallName}`;
}

/** A running clock: `4:09`, `1:02:33`. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The time of day where the reader is. */
export function timeOfDay(instant: string): string {
  return new Date(instant).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
}

/** The day where the reader is, as a heading. */
export function day(instant: string, now: number): string {
  const away = Math.round((startOfDay(Date.parse(instant)) - startOfDay(now)) / DAY);
  if (away === 0) return 'Today';
  if (away === 1) return 'Tomorrow';
  return new Date(instant).toLocaleDateString([], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  });
}

export function startOfDay(instant: number): number {
  return new Date(instant).setHours(0, 0, 0, 0);
}
