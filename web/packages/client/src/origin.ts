import { Problem } from './problem.ts';

const PATIENCE_MS = 5000;
const told = new Set<string>();

/**
 * Tells a server that cannot be reached (null) from one that answers, but lets no page of this origin read it; the console says so, too,
 * where developers look first.
 */
export async function refusalOf(server: string): Promise<Problem | null> {
  if ((await answers(server, 'cors')) || !(await answers(server, 'no-cors'))) return null;
  const { origin } = location;
  const text =
    `OpenVisit at ${new URL(server).origin} answers, but this page may not read it: add this origin to cors_origins ` +
    `in the server's settings, cors_origins = ["${origin}"], and restart it.`;
  if (!told.has(server)) console.error(text);
  told.add(server);
  return new Problem('origin_refused', 0, text);
}

/** Of an opaque answer (`no-cors`) nothing may be read, but it came. */
function answers(server: string, mode: RequestMode): Promise<boolean> {
  const options: RequestInit = {
    mode,
    credentials: 'omit',
    cache: 'no-store',
    signal: AbortSignal.timeout(PATIENCE_MS),
  };
  return fetch(new URL('/health', server), options).then(
    () => true,
    () => false,
  );
}
