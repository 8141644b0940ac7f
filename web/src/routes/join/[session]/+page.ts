import { load as bring } from '$lib/i18n';
import { signedIn } from '$lib/openvisit.svelte';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
  if (!beganHere()) {
    location.assign(url);
    // Nothing is shown until the new document is there.
    return new Promise<never>(() => undefined);
  }
  // Whoever is signed in from another tab is asked for once, before the session is: not after a refusal.
  await Promise.all([bring('call', 'client', 'visitor'), signedIn()]);
};

/**
 * Whether the document was loaded as a call page: its policy then allows what media providers need from elsewhere,
 * as that of no other page does.
 */
function beganHere(): boolean {
  const [document] = performance.getEntriesByType('navigation');
  return !document || new URL(document.name).pathname.startsWith('/join/');
}
