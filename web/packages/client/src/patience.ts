import { asProblem, Problem } from './problem.ts';

/** An answer that takes longer is slow, which is said; it is asked for again beside, since it may also be lost. */
const SLOW_MS = 4000;
const MOST_TRIES = 4;
const LOST_MS = 60_000;

interface Course {
  /** Nobody wants the answer any more. */
  stop: AbortSignal;
  /** Milliseconds after which an answer is late. */
  slowAfter?: number;
  /** An answer is late. */
  slow?: () => void;
}

/**
 * Asks once, and again beside it each time that the answer is late, with more patience each time: what is slow is not given
 * up, and what was lost is asked for anew. Whatever is asked so must come to the same when it is carried out twice. Takes
 * the first answer; rejects with the first refusal, or when nothing is left that could answer.
 */
export function patiently<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { stop, slowAfter = SLOW_MS, slow }: Course,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const enough = new AbortController();
    let [asked, open] = [0, 0];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = (how: () => void) => {
      clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
      how();
      enough.abort();
    };
    const lost = (why: unknown) => settle(() => reject(Problem.unreachable(why)));
    const stopped = () => lost('nobody wants the answer any more');
    const failed = (thrown: unknown) => {
      open -= 1;
      // What refuses one refuses all of them.
      if (open === 0 || !asProblem(thrown).passing) settle(() => reject(asProblem(thrown)));
    };
    const begin = () => {
      const again = asked < MOST_TRIES - 1;
      const patience = again ? slowAfter * 2 ** asked : LOST_MS;
      timer = setTimeout(() => (again ? late() : lost('no answer')), patience);
      [asked, open] = [asked + 1, open + 1];
      ask(enough.signal).then((answer) => settle(() => resolve(answer)), failed);
    };
    const late = () => {
      slow?.();
      begin();
    };
    stop.addEventListener('abort', stopped);
    if (stop.aborted) stopped();
    else begin();
  });
}
