// What the call page and a page or program that shows it have to say to each other.

import type { Identity, Phase, ProblemCode } from '@openvisit/client';
import { LOCALES, remember } from '$lib/i18n/locale';
import { memory } from '$lib/memory';
import { isTheme, wear } from '$lib/theme';

const RETURN = 'openvisit.return';

/**
 * Takes how the call is to look and where it leads back to from the fragment (`#theme=dark&language=de&return=https://…`), before
 * anything is shown.
 */
export function takeWishes(): void {
  const wishes = fragment();
  const [theme, language] = [wishes.get('theme'), wishes.get('language')?.slice(0, 2)];
  const spoken = LOCALES.find((known) => known === language);
  if (isTheme(theme)) wear(theme);
  if (spoken) remember(spoken);
  const back = wishes.get('return');
  if (back) memory.setItem(RETURN, back);
}

/**
 * Takes who this tab is from the fragment (`#token=…`), which browsers send to nobody; the other page may
 * hand over a newer token in the same way, without a reload. Returns how to stop.
 */
export function takeTokens(identity: Identity): () => void {
  const take = () => {
    takeWishes();
    const token = fragment().get('token');
    if (!token) return;
    identity.take(token, null);
    // Neither the history nor a copied address may hold it.
    history.replaceState(history.state, '', location.pathname + location.search);
  };
  take();
  addEventListener('hashchange', take);
  return () => removeEventListener('hashchange', take);
}

/** Where the call leads back to: only to pages of origins that the server names, since anybody can make a link to here. */
export function returnTo(origins: readonly string[]): URL | null {
  const wish = memory.getItem(RETURN);
  if (!wish || !URL.canParse(wish)) return null;
  const url = new URL(wish);
  return origins.includes(url.origin) ? url : null;
}

interface Listener {
  postMessage(message: unknown): void;
}

/** What programs that show a page in a view of their own put into it. */
interface Views {
  webkit?: { messageHandlers?: { openvisit?: Listener } };
  /** Android and Flutter, who name it themselves. */
  openvisit?: Listener;
  ReactNativeWebView?: Listener;
}

/** Tells the page around this one, or the program that shows it, how far the visit is. Only pages that the server lets frame it are there. */
export function tellAround(session: string, phase: Phase, problem: ProblemCode | null): void {
  const message = { type: 'openvisit', session, phase, problem };
  if (parent !== window) return parent.postMessage(message, '*');
  const { webkit, openvisit, ReactNativeWebView } = window as unknown as Views;
  webkit?.messageHandlers?.openvisit?.postMessage(message);
  for (const view of [openvisit, ReactNativeWebView]) view?.postMessage(JSON.stringify(message));
}

function fragment(): URLSearchParams {
  return new URLSearchParams(location.hash.slice(1));
}
