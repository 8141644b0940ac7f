import { load as bring, speak } from '$lib/i18n';
import { config, identity, loadConfig } from '$lib/openvisit.svelte';

// The server holds no pages, only this program for the browser.
export const ssr = false;
export const prerender = false;

export const load = async () => {
  if (!speak(identity.user?.locale ?? null)) await speakAsTheServer();
  await bring('common');
};

/** For readers none of whose languages is spoken here. */
async function speakAsTheServer(): Promise<void> {
  // English where the server cannot be asked.
  await loadConfig().catch(() => undefined);
  speak(config.locale);
}
