/** Where somebody was on the way to; only a path of this server, whatever the link says. */
export function wayOn(search: string, origin: string): string | null {
  const next = new URLSearchParams(search).get('next');
  if (!next?.startsWith('/')) return null;
  const url = parsed(next, origin);
  return url?.origin === origin ? url.pathname + url.search + url.hash : null;
}

function parsed(next: string, origin: string): URL | null {
  try {
    return new URL(next, origin);
  } catch {
    return null;
  }
}
