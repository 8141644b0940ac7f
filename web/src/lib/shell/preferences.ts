/** How this browser tells of arrivals. */
export interface Preferences {
  sound: boolean;
  notifications: boolean;
}

const KEY = 'openvisit.preferences';
const USUAL: Preferences = { sound: true, notifications: true };

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
