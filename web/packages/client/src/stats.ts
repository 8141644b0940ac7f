export type Level = 'good' | 'fair' | 'poor' | 'unknown';

export interface Quality {
  level: Level;
  /** Round trip to the server in milliseconds, or null before it was measured. */
  roundTrip: number | null;
  /** Share of packets that did not arrive, either way, since the last look, 0 to 1; null without any packets. */
  loss: number | null;
  /** What the network takes from here at present, in bits per second, or null where the browser does not know. */
  upload: number | null;
}

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

type Report = Iterable<[string, Record<string, unknown>]> | RTCStatsReport;

/** Something that grows with whatever arrives, media or sign of life. */
export function arrived(report: Report): number {
  let sum = 0;
  for (const [, entry] of report as Iterable<[string, Record<string, unknown>]>)
    if (entry.type === 'candidate-pair')
      sum += number(entry.bytesReceived) + number(entry.responsesReceived);
  return sum;
}

/** Judges a connection by its statistics since the `before` look. */
export function measure(
  report: Report,
  before: Sample | null,
): { quality: Quality; sample: Sample } {
  const sample = { received: 0, lost: 0 };
  let roundTrip: number | null = null;
  let upload: number | null = null;
  let picture = false;
  let lostOnTheWayOut = 0;
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
      lostOnTheWayOut = Math.max(lostOnTheWayOut, number(entry.fractionLost));
  }
  const lostOnTheWayIn = lossBetween(before ?? { received: 0, lost: 0 }, sample);
  const loss =
    lostOnTheWayOut > 0 ? Math.max(lostOnTheWayOut, lostOnTheWayIn ?? 0) : lostOnTheWayIn;
  return {
    quality: { level: level(roundTrip, loss, picture ? upload : null), roundTrip, loss, upload },
    sample,
  };
}

function lossBetween(before: Sample, now: Sample): number | null {
  // Counters begin anew with a new connection; late packets make the lost ones fewer again.
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  return received + lost === 0 ? null : lost / (received + lost);
}

/** `upload` only while a picture is sent: without one nothing tries out how wide the way is. */
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
