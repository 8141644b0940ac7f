/** What somebody has chosen on this browser, and for it alone. */
export interface Preferences {
  /** How arrivals are told. */
  sound: boolean;
  notifications: boolean;
  /** Whose calendar reception looks at, where one is shown at a time. */
  calendar: string | null;
  /** Whether a week of the calendar begins with the weekday that is today. */
  weekFromToday: boolean;
}

const KEY = 'openvisit.preferences';
const USUAL: Preferences = {
  sound: true,
  notifications: true,
  calendar: null,
  weekFromToday: false,
};

export function preferences(): Preferences {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    // Some browsers give no storage to a page in another's frame.
    return USUAL;
  }
}

export function prefer(change: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...change }));
  } catch {
    // Then it is as usual after the next load.
  }
}
