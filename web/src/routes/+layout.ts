import { takeWishes } from '$lib/embedding';
import { load as bring, speak, waitFor } from '$lib/i18n';
import { config, identity, loadConfig, signedIn } from '$lib/openvisit.svelte';
import type { LayoutLoad } from './$types';

// The server holds no pages, only this program for the browser.
export const ssr = false;
export const prerender = false;

/** Pages that ask first who somebody is. */
const PERSONAL = ['/(app)/', '/join/'];

export const load: LayoutLoad = async ({ route, untrack }) => {
  // The answer comes while the page's own program is still on its way.
  if (untrack(() => PERSONAL.some((pages) => route.id?.startsWith(pages)))) void signedIn();
  if (untrack(() => route.id?.startsWith('/join/'))) takeWishes();
  // The pages' own loads run beside this one.
  if (!speak(identity.user?.locale ?? null)) waitFor(speakAsTheServer());
  await bring('common');
};

/** For readers none of whose languages is spoken here. */
async function speakAsTheServer(): Promise<void> {
  // English where the server cannot be asked.
  await loadConfig().catch(() => undefined);
  speak(config.locale);
}
