// What somebody prefers on this device, in all of its tabs.

export interface Preferences {
  /** A soft sound when somebody arrives. */
  sound: boolean;
  /** The browser's own notification, where the browser was allowed to show it. */
  notifications: boolean;
}

const KEY = 'openvisit.preferences';
const DEFAULTS: Preferences = { sound: true, notifications: true };

export function preferences(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    // Some browsers give no storage to a page in another's frame.
    return DEFAULTS;
  }
}

export function prefer(changed: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...changed }));
  } catch {
    // Then it holds for this page's life only as far as the page remembers it itself.
  }
}
