import { load as bring } from '$lib/i18n';
import { signedIn } from '$lib/openvisit.svelte';

// Whoever is signed in from another tab is asked for once, before the session is: not after a refusal.
export const load = () => Promise.all([bring('call', 'client'), signedIn()]).then(() => undefined);
