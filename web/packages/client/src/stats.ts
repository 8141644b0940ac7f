export type Level = 'good' | 'fair' | 'poor' | 'unknown';

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
}

/** Before anything was measured, and where nothing can be. */
export const UNKNOWN: Quality = {
  level: 'unknown',
  up: 'unknown',
  down: 'unknown',
  roundTrip: null,
  loss: null,
  upload: null,
};

/** Counters at one look; two of them make a rate. */
export interface Sample {
  received: number;
  lost: number;
}

const MUCH_LOSS = 0.08;
const SOME_LOSS = 0.02;
const LONG_WAY_MS = 500;
const LONGER_WAY_MS = 250;
/** Speech needs 40 kbit/s; below this there is nothing left for a picture. */
const NARROW = 120_000;
const TIGHT = 250_000;
const WORST_FIRST: Level[] = ['poor', 'fair', 'good'];

type Report = Iterable<[string, Record<string, unknown>]> | RTCStatsReport;

/** Something that grows with whatever arrives, media or sign of life. */
export function arrived(report: Report): number {
  let sum = 0;
  for (const [, entry] of report as Iterable<[string, Record<string, unknown>]>)
    if (entry.type === 'candidate-pair')
      sum += number(entry.bytesReceived) + number(entry.responsesReceived);
  return sum;
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
  const sample = { received: 0, lost: 0 };
  let roundTrip: number | null = null;
  let upload: number | null = null;
  let picture = false;
  let lostOut = 0;
  for (const [, entry] of report as Iterable<[string, Record<string, unknown>]>) {
    if (entry.type === 'inbound-rtp') {
      sample.received += number(entry.packetsReceived);
      sample.lost += number(entry.packetsLost);
    }
    if (entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded') {
      const seconds = entry.currentRoundTripTime;
      if (typeof seconds === 'number') roundTrip = Math.round(seconds * 1000);
      upload = number(entry.availableOutgoingBitrate) || null;
    }
    if (entry.type === 'media-source' && entry.kind === 'video') picture = true;
    if (entry.type === 'remote-inbound-rtp')
      lostOut = Math.max(lostOut, number(entry.fractionLost));
  }
  const lostIn = lossBetween(before ?? { received: 0, lost: 0 }, sample);
  const loss = lostOut > 0 ? Math.max(lostOut, lostIn ?? 0) : lostIn;
  // Without a picture nothing tries out how wide the way is.
  const up = level(roundTrip, lostOut || null, picture && !bound ? upload : null);
  const down = level(roundTrip, lostIn, null);
  return { quality: { level: worse(up, down), up, down, roundTrip, loss, upload }, sample };
}

export function worse(one: Level, other: Level): Level {
  return WORST_FIRST.find((level) => level === one || level === other) ?? 'unknown';
}

function lossBetween(before: Sample, now: Sample): number | null {
  // Counters begin anew with a new connection; late packets make the lost ones fewer again.
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
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
