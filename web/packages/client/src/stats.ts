export type Level = 'good' | 'fair' | 'poor' | 'lost' | 'unknown';

export interface Quality {
  /** The worse of both ways. */
  level: Level;
  /** The way to the server, and from there. */
  up: Level;
  down: Level;
  /** Round trip to the server in milliseconds, or null before it was measured. */
  roundTrip: number | null;
  /** Share of packets that did not arrive, either way, since the last look, 0 to 1; null without any packets. */
  loss: number | null;
  /** What the network takes from here at present, in bits per second, or null where the browser does not know. */
  upload: number | null;
  /** Names the way that media take at present: another name is another network. Null where nobody knows. */
  way: string | null;
}

/** Before anything was measured, and where nothing can be. */
export const UNKNOWN: Quality = {
  level: 'unknown',
  up: 'unknown',
  down: 'unknown',
  roundTrip: null,
  loss: null,
  upload: null,
  way: null,
};

/** Nothing comes any more. */
export const LOST: Quality = { ...UNKNOWN, level: 'lost', up: 'lost', down: 'lost', loss: 1 };

/** Counters at one look; two of them make a rate. */
export interface Sample {
  received: number;
  lost: number;
  way: string | null;
  /** What the other end reported of each stream: when, and the how manieth report since media take this way. */
  reports: Map<string, { at: unknown; since: number }>;
}

/** The first report on a new way tells of the old one, too. */
const REPORTS_TOLD = 2;

const MUCH_LOSS = 0.08;
const SOME_LOSS = 0.02;
const LONG_WAY_MS = 500;
const LONGER_WAY_MS = 250;
/** Speech needs 40 kbit/s; below this there is nothing left for a picture. */
const NARROW = 120_000;
const TIGHT = 250_000;
const WORST_FIRST: Level[] = ['lost', 'poor', 'fair', 'good'];

type Report = Iterable<[string, Record<string, unknown>]> | RTCStatsReport;

/** What has arrived by each way, media or sign of life: numbers that grow. */
export type Arrived = ReadonlyMap<string, number>;

export function arrived(report: Report): Arrived {
  const pairs = [...(report as Iterable<[string, Record<string, unknown>]>)].filter(
    ([, { type }]) => type === 'candidate-pair',
  );
  return new Map(
    pairs.map(([id, pair]) => [id, number(pair.bytesReceived) + number(pair.responsesReceived)]),
  );
}

/**
 * Judges a connection by its statistics since the `before` look. `bound`: what leaves here is held back for somebody else's
 * network, and tells nothing of the own one.
 */
export function measure(
  report: Report,
  before: Sample | null,
  bound = false,
): { quality: Quality; sample: Sample } {
  const chosen = chosenPair(report);
  const sample: Sample = { received: 0, lost: 0, way: chosen, reports: new Map() };
  let roundTrip: number | null = null;
  let upload: number | null = null;
  let way: string | null = null;
  let picture = false;
  let lostOut = 0;
  for (const [id, entry] of report as Iterable<[string, Record<string, unknown>]>) {
    if (entry.type === 'inbound-rtp') {
      sample.received += number(entry.packetsReceived);
      sample.lost += number(entry.packetsLost);
    }
    if (id === chosen) {
      way = id;
      const seconds = entry.currentRoundTripTime;
      if (typeof seconds === 'number') roundTrip = Math.round(seconds * 1000);
      upload = number(entry.availableOutgoingBitrate) || null;
    }
    if (entry.type === 'media-source' && entry.kind === 'video') picture = true;
    if (entry.type === 'remote-inbound-rtp' && isOfThisWay(id, entry.timestamp, before, sample))
      lostOut = Math.max(lostOut, number(entry.fractionLost));
  }
  const lostIn = lossBetween(before, sample);
  const loss = lostOut > 0 ? Math.max(lostOut, lostIn ?? 0) : lostIn;
  // Without a picture nothing tries out how wide the way is.
  const up = level(roundTrip, lostOut || null, picture && !bound ? upload : null);
  const down = level(roundTrip, lostIn, null);
  return { quality: { level: worse(up, down), up, down, roundTrip, loss, upload, way }, sample };
}

/** The pair of addresses that media take; of several that were chosen one after the other, the present one. */
function chosenPair(report: Report): string | null {
  let named: string | null = null;
  let chosen: string | null = null;
  for (const [id, entry] of report as Iterable<[string, Record<string, unknown>]>) {
    if (entry.type === 'transport' && typeof entry.selectedCandidatePairId === 'string')
      named = entry.selectedCandidatePairId;
    if (entry.type !== 'candidate-pair') continue;
    if (entry.selected || (entry.nominated && entry.state === 'succeeded')) chosen = id;
  }
  return named ?? chosen;
}

export function worse(one: Level, other: Level): Level {
  return WORST_FIRST.find((level) => level === one || level === other) ?? 'unknown';
}

/** Whether a report, which may be seconds old, tells of the way that media take now. */
function isOfThisWay(id: string, at: unknown, before: Sample | null, now: Sample): boolean {
  const known = before?.reports.get(id);
  const moved = before !== null && before.way !== null && before.way !== now.way;
  let since = known?.since ?? REPORTS_TOLD;
  if (moved) since = 0;
  else if (known && known.at !== at) since += 1;
  now.reports.set(id, { at, since });
  return since >= REPORTS_TOLD;
}

function lossBetween(before: Sample | null, now: Sample): number | null {
  // Counters begin anew with a new connection; late packets make the lost ones fewer again.
  const received = Math.max(0, now.received - (before?.received ?? 0));
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  return received + lost === 0 ? null : lost / (received + lost);
}

function level(roundTrip: number | null, loss: number | null, upload: number | null): Level {
  if (roundTrip === null && loss === null) return 'unknown';
  const [way, lost, room] = [roundTrip ?? 0, loss ?? 0, upload ?? Infinity];
  if (way > LONG_WAY_MS || lost > MUCH_LOSS || room < NARROW) return 'poor';
  if (way > LONGER_WAY_MS || lost > SOME_LOSS || room < TIGHT) return 'fair';
  return 'good';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
