/** Where somebody was on the way to; only a path of this server, whatever the link says. */
export function wayOn(search: string, origin: string): string | null {
  const next = new URLSearchParams(search).get('next');
  if (!next?.startsWith('/')) return null;
  const url = URL.canParse(next, origin) ? new URL(next, origin) : null;
  return url?.origin === origin ? url.pathname + url.search + url.hash : null;
}
