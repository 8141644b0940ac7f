import type { Session } from './model.ts';
import { patiently } from './patience.ts';
import { asProblem } from './problem.ts';

const SLOW_MS = 1500;
const RETRY_MS = 2000;
const TRIES = 30;

/** What becomes of a told end: the session as it is then, and whether the server has yet to confirm it. */
export interface EndNews {
  session?: Session;
  endUnconfirmed: boolean;
}

/** Tells the server that somebody ended the session, again and again for a minute while it cannot be reached. */
export async function tellEnd(
  end: (signal: AbortSignal) => Promise<Session>,
  news: (news: EndNews) => void,
): Promise<void> {
  const stop = new AbortController().signal;
  const slow = () => news({ endUnconfirmed: true });
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      const session = await patiently(end, { stop, slowAfter: SLOW_MS, slow });
      return news({ session, endUnconfirmed: false });
    } catch (thrown) {
      const problem = asProblem(thrown);
      // A newer token may be taken: until then the session goes on.
      const mayPass =
        problem.passing || problem.code === 'unauthorized' || problem.code === 'no_token';
      news({ endUnconfirmed: mayPass });
      if (!mayPass) return;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
