export type Level = 'good' | 'fair' | 'poor' | 'unknown';

export interface Quality {
  level: Level;
  /** Round trip to the server in milliseconds, or null before it was measured. */
  roundTrip: number | null;
  /** Share of packets that did not arrive since the last look, 0 to 1; null without any packets. */
  loss: number | null;
}

/** Counters at one look; two of them make a rate. */
export interface Sample {
  received: number;
  lost: number;
}

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
  for (const [, entry] of report as Iterable<[string, Record<string, unknown>]>) {
    if (entry.type === 'inbound-rtp') {
      sample.received += number(entry.packetsReceived);
      sample.lost += number(entry.packetsLost);
    }
    if (entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded') {
      const seconds = entry.currentRoundTripTime;
      if (typeof seconds === 'number') roundTrip = Math.round(seconds * 1000);
    }
  }
  const loss = lossBetween(before ?? { received: 0, lost: 0 }, sample);
  return { quality: { level: level(roundTrip, loss), roundTrip, loss }, sample };
}

function lossBetween(before: Sample, now: Sample): number | null {
  // Counters begin anew with a new connection; late packets make the lost ones fewer again.
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  return received + lost === 0 ? null : lost / (received + lost);
}

function level(roundTrip: number | null, loss: number | null): Level {
  if (roundTrip === null && loss === null) return 'unknown';
  if ((roundTrip ?? 0) > 500 || (loss ?? 0) > 0.08) return 'poor';
  if ((roundTrip ?? 0) > 250 || (loss ?? 0) > 0.02) return 'fair';
  return 'good';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
