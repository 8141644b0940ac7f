import {
  connect,
  LocalAudioTrack,
  LocalVideoTrack,
  Logger,
  type NetworkQualityMediaStats,
  type RemoteParticipant,
  type RemoteVideoTrack,
  type Room,
  type TwilioError,
} from 'twilio-video';
import type { LocalMedia } from '../local.ts';
import { orNobody, silent, type Media, type MediaEvents, type Remote } from '../media.ts';
import type { MediaGrant } from '../model.ts';
import { UNKNOWN, worse, type Level, type Quality } from '../stats.ts';
import { Outgoing, SOURCES, wanted, type Sent, type SourceName } from './outgoing.ts';
import { Standing } from './standing.ts';

const DUPLICATE_IDENTITY = 53205;

Logger.setLevel('silent');

/** Twilio Video: a group room. Identities are participants' ids, tracks are named by their source. */
export class Twilio implements Media {
  readonly #standing: Standing;
  readonly #sent = new Map<SourceName, LocalAudioTrack | LocalVideoTrack>();
  #joining: ReturnType<typeof connect> | null = null;
  #room: Room | null = null;
  #outgoing: Outgoing | null = null;
  #takesCameras = true;
  #left = false;

  readonly #local: LocalMedia;
  readonly #events: MediaEvents;

  constructor(local: LocalMedia, events: MediaEvents) {
    this.#local = local;
    this.#events = events;
    this.#standing = new Standing(events);
  }

  get remotes(): Remote[] {
    return orNobody([...(this.#room?.participants.values() ?? [])].map(remoteOf));
  }

  async join({ token, details }: MediaGrant): Promise<void> {
    const { room: name } = details as unknown as { room: string };
    for (const source of SOURCES) this.#prepare(source, wanted(this.#local, source));
    this.#joining = connect(token, {
      name,
      tracks: [...this.#sent.values()],
      preferredVideoCodecs: ['VP8'],
      networkQuality: { local: 3, remote: 0 },
      // Cameras are left out by the page's own rule, not by what it shows.
      bandwidthProfile: {
        video: { clientTrackSwitchOffControl: 'manual', contentPreferencesMode: 'manual' },
      },
      insights: false,
    });
    const room = await this.#joining;
    if (this.#left) return void room.disconnect();
    this.#follow(room);
  }

  mend(): Promise<boolean> {
    return this.#standing.mended();
  }

  async quality(): Promise<Quality> {
    const stats = this.#room?.localParticipant.networkQualityStats;
    const media = [stats?.audio, stats?.video].filter((it) => it !== null && it !== undefined);
    const up = worst(media.map(({ send }) => send));
    const down = worst(media.map(({ recv }) => recv));
    return { ...UNKNOWN, level: worse(up, down), up, down, ...figures(media) };
  }

  takeCameras(wanted: boolean): void {
    this.#takesCameras = wanted;
    this.#choose();
  }

  leave(): void {
    this.#left = true;
    this.#outgoing?.stop();
    this.#joining?.cancel();
    this.#room?.removeAllListeners();
    this.#room?.disconnect();
  }

  #follow(room: Room): void {
    this.#room = room;
    const tell = () => this.#events.remotes(this.remotes);
    const subscribed = () => {
      this.#choose();
      tell();
    };
    room.on('reconnecting', () => this.#standing.set(false));
    room.on('reconnected', () => this.#standing.set(true));
    room.on('disconnected', (_room, error) => this.#disconnected(error));
    room.on('participantConnected', tell);
    room.on('participantDisconnected', tell);
    room.on('trackSubscribed', subscribed);
    room.on('trackUnsubscribed', tell);
    room.on('trackSwitchedOff', tell);
    room.on('trackSwitchedOn', tell);
    const put = (source: SourceName, now: Sent) => this.#publish(room, source, now);
    this.#outgoing = new Outgoing(this.#local, put, this.#events.failing);
    this.#standing.set(true);
    subscribed();
  }

  #choose(): void {
    for (const participant of this.#room?.participants.values() ?? [])
      for (const { track, trackName } of participant.videoTracks.values()) {
        if (!track || trackName !== 'camera') continue;
        const camera = track as RemoteVideoTrack;
        if (this.#takesCameras) camera.switchOn();
        else camera.switchOff();
      }
  }

  async #publish(room: Room, source: SourceName, now: Sent): Promise<void> {
    const before = this.#sent.get(source);
    if (before?.mediaStreamTrack === now.track) {
      before?.enable(!now.muted);
      return;
    }
    if (before) room.localParticipant.unpublishTrack(before);
    this.#sent.delete(source);
    const fresh = this.#prepare(source, now);
    if (fresh) await room.localParticipant.publishTrack(fresh);
  }

  #prepare(source: SourceName, { track, muted }: Sent): LocalAudioTrack | LocalVideoTrack | null {
    if (!track) return null;
    const options = { name: source, logLevel: 'off' } as const;
    const Kind = track.kind === 'audio' ? LocalAudioTrack : LocalVideoTrack;
    const prepared = new Kind(track, options).enable(!muted);
    this.#sent.set(source, prepared);
    return prepared;
  }

  #disconnected(error?: TwilioError): void {
    this.#standing.end();
    if (error?.code === DUPLICATE_IDENTITY) this.#events.takenOver();
    else this.#events.failing();
  }
}

function remoteOf(participant: RemoteParticipant): Remote {
  const remote = silent(participant.identity);
  for (const { track, trackName } of participant.tracks.values())
    if (track && track.kind !== 'data' && isSource(trackName))
      remote[trackName] = track.isSwitchedOff ? null : track.mediaStreamTrack;
  return remote;
}

function isSource(name: string): name is SourceName {
  return (SOURCES as readonly string[]).includes(name);
}

/** Twilio's levels go from 0, broken, to 5. */
function worst(levels: number[]): Level {
  if (levels.length === 0) return 'unknown';
  const least = Math.min(...levels);
  return least <= 2 ? 'poor' : least === 3 ? 'fair' : 'good';
}

function figures(media: NetworkQualityMediaStats[]): Partial<Quality> {
  const ways = media.flatMap(({ sendStats, recvStats }) => [sendStats, recvStats]);
  const most = (values: (number | null | undefined)[]) => {
    const known = values.filter((value) => typeof value === 'number');
    return known.length > 0 ? Math.max(...known) : null;
  };
  const seconds = most(ways.map((way) => way?.latency?.rtt));
  return {
    roundTrip: seconds === null ? null : Math.round(seconds * 1000),
    loss: most(ways.map((way) => way?.fractionLost?.fractionLost)),
  };
}
