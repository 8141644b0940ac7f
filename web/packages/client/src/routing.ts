import type { Level, Quality } from './stats.ts';

/** Which of the server's addresses are tried: all of them, only those by TCP, or none but through a relay. */
export type Route = 'any' | 'tcp' | 'relay';

/** A share of packets. A long way is long for all of them, and a narrow one narrow. */
const MUCH_LOSS = 0.08;
/** Before the pictures are given up for it. */
const BAD_MS = 4000;
/** What a new way is given before it is judged, from when media take it; browsers take some seconds to do so. */
const SETTLE_MS = 4000;
const MOST_SETTLE_MS = 12_000;
const LET_BE_MS = 60_000;
const MOST_LET_BE_MS = 600_000;
const BADNESS: Record<Level, number> = { good: 0, fair: 1, poor: 2, lost: 3, unknown: 2 };

/**
 * The browser keeps to the first way that works, however bad it gets. Where it stays bad, the others are tried one after the
 * other: the first that is not bad is kept, and else the least bad.
 */
export class Routing {
  #route: Route = 'any';
  // When it was taken up, and since when media take these addresses.
  #since = -MOST_SETTLE_MS;
  #pair: string | null = null;
  #pairSince = 0;
  #badSince: number | null = null;
  #tried = new Map<Route, number>();
  #letBeUntil = 0;
  #letBe = LET_BE_MS;
  // Of the present way since it settled.
  #sum = 0;
  #looks = 0;

  readonly #all: readonly Route[];

  constructor(all: readonly Route[]) {
    this.#all = all;
  }

  get route(): Route {
    return this.#route;
  }

  /** The present way does not work at all: whichever does is taken, and only that one not again soon. */
  gaveUp(at: number): void {
    if (this.#route !== 'any') {
      this.#tried.clear();
      this.#leaveBe(at);
    }
    this.#take('any', at);
  }

  /** The way to go over to after this look, in milliseconds of any clock; null to stay. */
  look({ level, loss, way }: Pick<Quality, 'level' | 'loss' | 'way'>, at: number): Route | null {
    if (level === 'unknown' || level === 'lost' || !this.#settled(way, at)) return null;
    this.#sum += BADNESS[level];
    this.#looks += 1;
    const bad = this.#route === 'any' ? (loss ?? 0) > MUCH_LOSS : level === 'poor';
    this.#badSince = bad ? (this.#badSince ?? at) : null;
    if (this.#badSince === null || at - this.#badSince < BAD_MS || at < this.#letBeUntil)
      return null;
    return this.#next(at);
  }

  #settled(pair: string | null, at: number): boolean {
    if (pair !== this.#pair) [this.#pair, this.#pairSince] = [pair, at];
    if (at - this.#since >= MOST_SETTLE_MS) return true;
    return this.#pairSince >= this.#since && at - this.#pairSince >= SETTLE_MS;
  }

  #next(at: number): Route | null {
    this.#tried.set(this.#route, this.#sum / this.#looks);
    const untried = this.#all.find((way) => !this.#tried.has(way));
    const least = [...this.#tried].reduce((one, other) => (other[1] < one[1] ? other : one))[0];
    if (!untried) {
      this.#tried.clear();
      this.#leaveBe(at);
    }
    const next = untried ?? least;
    if (next === this.#route) return null;
    this.#take(next, at);
    return next;
  }

  #take(way: Route, at: number): void {
    [this.#route, this.#since, this.#badSince] = [way, at, null];
    [this.#sum, this.#looks] = [0, 0];
  }

  #leaveBe(at: number): void {
    this.#badSince = null;
    this.#letBeUntil = at + this.#letBe;
    this.#letBe = Math.min(this.#letBe * 2, MOST_LET_BE_MS);
  }
}

/** The answer with those addresses only that a way uses. Through a relay all do: it is the own end that differs. */
export function narrowed(answer: string, way: Route): string {
  if (way !== 'tcp') return answer;
  const lines = answer.split('\r\n');
  return lines.filter((line) => !/^a=candidate:\S+ \d+ udp /i.test(line)).join('\r\n');
}
