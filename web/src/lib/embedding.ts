// What the call page and a page that shows it in a frame have to say to each other.

import type { Identity, Phase } from '@openvisit/client';

/**
 * Takes who this tab is from the fragment (`#token=…`), which browsers send to nobody; the other page may
 * hand over a newer token in the same way, without a reload. Returns how to stop.
 */
export function takeTokens(identity: Identity): () => void {
  const take = () => {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (!token) return;
    identity.take(token, null);
    // Neither the history nor a copied address may hold it.
    history.replaceState(history.state, '', location.pathname + location.search);
  };
  take();
  addEventListener('hashchange', take);
  return () => removeEventListener('hashchange', take);
}

/** Tells the page around this one how far the visit is. Only pages that the server lets frame it are there. */
export function tellFrame(session: string, phase: Phase): void {
  if (parent !== window) parent.postMessage({ type: 'openvisit', session, phase }, '*');
}
