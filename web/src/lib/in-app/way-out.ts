import { load } from '$lib/i18n';

/** What tells of the way out, with its words: few ever need it. */
export async function wayOut() {
  const [page] = await Promise.all([import('./InApp.svelte'), load('app')]);
  return page.default;
}
