/** What the server says on the data channel of an embedded connection. */

export const SOURCES = ['microphone', 'camera', 'screen'] as const;
export type RemoteSource = (typeof SOURCES)[number];

export interface TrackEntry {
  mid: string;
  participant_id: string;
  source: RemoteSource;
}

export interface ServerOffer {
  type: 'offer';
  sdp: string;
  /** The own user fragment, as the server knew it when it offered. */
  ufrag?: string;
  tracks: TrackEntry[];
}

export type ServerMessage =
  | ServerOffer
  | { type: 'tracks'; tracks: TrackEntry[] }
  | { type: 'bound'; by_others: boolean }
  | { type: 'overload'; cameras: boolean; screens: boolean }
  | { type: 'closed'; why: string };

/** Null for anything else: newer servers may say more. */
export function parse(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data);
    switch (message?.type) {
      case 'offer':
      case 'tracks':
        return Array.isArray(message.tracks) ? message : null;
      case 'bound':
      case 'overload':
      case 'closed':
        return message;
      default:
        return null;
    }
  } catch {
    return null;
  }
}

export function ufragOf(description: RTCSessionDescriptionInit | null): string | undefined {
  return description?.sdp?.match(/^a=ice-ufrag:(\S+)/m)?.[1];
}
