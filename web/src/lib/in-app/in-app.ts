// Messengers and the like show links in a browser of their own, which often gives pages no camera.

import { memory } from '$lib/memory';

/** What else is on the device, and better. */
export type System = 'ios' | 'android';

/** Browsers inside other apps that say so, beside those that the systems mark. */
const APPS =
  /FBAN|FBAV|Instagram|\bLine\/|MicroMessenger|LinkedInApp|Snapchat|BytedanceWebview|musical_ly|Twitter for|WhatsApp|Telegram|GSA\//;

/** On whose phone the page is inside another app; null in a browser. */
export function appOn(userAgent: string): System | null {
  const apple = /iPhone|iPad|iPod/.test(userAgent);
  if (!apple && !/Android/.test(userAgent)) return null;
  // Every browser on Apple's devices says Safari, and a view inside an app does not; Android marks its own.
  const view = apple ? !/Safari\//.test(userAgent) : /; wv\)/.test(userAgent);
  return view || APPS.test(userAgent) ? (apple ? 'ios' : 'android') : null;
}

/** What its own browser is called there. */
export const BROWSER: Record<System, string> = { ios: 'Safari', android: 'Chrome' };

/** What opens a link in that browser. */
export function outside(system: System, link: string): string {
  const { protocol, host, pathname, search, hash } = new URL(link);
  const rest = `//${host}${pathname}${search}${hash}`;
  if (system === 'ios') return `x-safari-${protocol}${rest}`;
  return `intent:${rest}#Intent;scheme=${protocol.slice(0, -1)};package=com.android.chrome;end`;
}

const KEY = 'openvisit:link';

/** The link by which somebody came: the address has lost what was secret in it. */
export function cameBy(link: string): void {
  memory.setItem(KEY, link);
}

/** What to open elsewhere, to come to this page again. */
export function wayHere(): string {
  const link = memory.getItem(KEY);
  return location.pathname.startsWith('/join/') && link ? link : location.href;
}
