/** How packets travel: as browsers like it best, by TCP where UDP is blocked, or by a relay (TURN). */
export type Way = 'udp' | 'tcp' | 'relay';

type Entry = Record<string, unknown>;

/** The way of the candidates in use; null before there are any. */
export function wayOf(report: Iterable<[string, Entry]> | RTCStatsReport): Way | null {
  const entries = new Map<string, Entry>(report as Iterable<[string, Entry]>);
  for (const entry of entries.values()) {
    const used = entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded';
    const own = used ? entries.get(String(entry.localCandidateId)) : undefined;
    if (own)
      return own.candidateType === 'relay' ? 'relay' : own.protocol === 'tcp' ? 'tcp' : 'udp';
  }
  return null;
}
