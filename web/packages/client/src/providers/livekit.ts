import {
  DisconnectReason,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  setLogLevel,
  Track,
  type LocalTrackPublication,
  type RemoteParticipant,
  type RemoteTrackPublication,
} from 'livekit-client';
import type { LocalMedia } from '../local.ts';
import { orNobody, silent, type Media, type MediaEvents, type Remote } from '../media.ts';
import type { MediaGrant } from '../model.ts';
import { measure, type Quality, type Sample } from '../stats.ts';
import { Outgoing, SOURCES, type Sent, type SourceName } from './outgoing.ts';
import { Standing } from './standing.ts';

const NAMES: Record<SourceName, Track.Source> = {
  microphone: Track.Source.Microphone,
  camera: Track.Source.Camera,
  screen: Track.Source.ScreenShare,
};
const CONNECT_MS = 6000;

setLogLevel('error');

/** LiveKit: a room of its server. Identities are participants' ids. */
export class LiveKit implements Media {
  readonly #room = new Room({
    // Two people see each other large: there are no layers to choose from, and nobody's are left out.
    adaptiveStream: false,
    dynacast: false,
    // The tracks are not its own.
    stopLocalTrackOnUnpublish: false,
    publishDefaults: {
      simulcast: false,
      videoCodec: 'vp8',
      backupCodec: false,
      videoEncoding: { maxBitrate: 2_000_000, maxFramerate: 30 },
      screenShareEncoding: { maxBitrate: 2_500_000, maxFramerate: 15 },
    },
  });
  readonly #standing: Standing;
  #outgoing: Outgoing | null = null;
  #takesCameras = true;
  #before: Sample | null = null;

  readonly #local: LocalMedia;
  readonly #events: MediaEvents;

  constructor(local: LocalMedia, events: MediaEvents) {
    this.#local = local;
    this.#events = events;
    const room = this.#room;
    const tell = () => this.#events.remotes(this.remotes);
    this.#standing = new Standing(events);
    // Not before: a track that has to wait for the server is stopped when it waits too long.
    room.once(RoomEvent.SignalConnected, () => this.#begin());
    room.on(RoomEvent.Connected, () => this.#standing.set(true));
    room.on(RoomEvent.SignalReconnecting, () => this.#standing.set(false));
    room.on(RoomEvent.Reconnecting, () => this.#standing.set(false));
    room.on(RoomEvent.Reconnected, () => this.#standing.set(true));
    room.on(RoomEvent.Disconnected, (reason) => this.#disconnected(reason));
    room.on(RoomEvent.TrackPublished, () => this.#choose());
    room.on(RoomEvent.ParticipantConnected, tell);
    room.on(RoomEvent.ParticipantDisconnected, tell);
    room.on(RoomEvent.TrackSubscribed, tell);
    room.on(RoomEvent.TrackUnsubscribed, tell);
    room.on(RoomEvent.TrackUnpublished, tell);
  }

  get remotes(): Remote[] {
    return orNobody([...this.#room.remoteParticipants.values()].map(remoteOf));
  }

  async join({ url, token }: MediaGrant): Promise<void> {
    await this.#room.connect(url ?? '', token, {
      maxRetries: 0,
      websocketTimeout: CONNECT_MS,
      peerConnectionTimeout: CONNECT_MS,
    });
    this.#events.remotes(this.remotes);
  }

  mend(): Promise<boolean> {
    return this.#standing.mended();
  }

  async quality(): Promise<Quality> {
    const people = [this.#room.localParticipant, ...this.#room.remoteParticipants.values()];
    const publications = people.flatMap((person) => [...person.trackPublications.values()]);
    const reports = await Promise.all(publications.map(({ track }) => track?.getRTCStatsReport()));
    // Each tells of its own track, and all of the one network path.
    const whole = new Map(reports.flatMap((report) => (report ? [...report] : [])));
    const { quality, sample } = measure(whole, this.#before);
    this.#before = sample;
    return quality;
  }

  takeCameras(wanted: boolean): void {
    this.#takesCameras = wanted;
    this.#choose();
  }

  leave(): void {
    this.#outgoing?.stop();
    this.#room.removeAllListeners();
    void this.#room.disconnect(false);
  }

  #choose(): void {
    for (const person of this.#room.remoteParticipants.values())
      for (const camera of publicationsOf(person, 'camera'))
        camera.setSubscribed(this.#takesCameras);
  }

  #begin(): void {
    const put = (source: SourceName, now: Sent) => this.#publish(source, now);
    this.#outgoing = new Outgoing(this.#local, put, this.#events.failing);
  }

  async #publish(name: SourceName, { track, muted }: Sent): Promise<void> {
    const room = this.#room.localParticipant;
    const publication = room.getTrackPublication(NAMES[name]) as LocalTrackPublication | undefined;
    const published = publication?.track as LocalAudioTrack | LocalVideoTrack | undefined;
    if (!track) {
      if (published) await room.unpublishTrack(published, false);
    } else if (published) {
      if (published.mediaStreamTrack !== track) await published.replaceTrack(track);
      await mute(published, muted);
    } else {
      const Kind = track.kind === 'audio' ? LocalAudioTrack : LocalVideoTrack;
      const fresh = new Kind(track, undefined, true);
      await mute(fresh, muted);
      await room.publishTrack(fresh, { source: NAMES[name] });
    }
  }

  #disconnected(reason?: DisconnectReason): void {
    this.#standing.end();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) this.#events.takenOver();
    else this.#events.failing();
  }
}

async function mute(track: LocalAudioTrack | LocalVideoTrack, muted: boolean): Promise<void> {
  await (muted ? track.mute() : track.unmute());
}

function remoteOf(participant: RemoteParticipant): Remote {
  const remote = silent(participant.identity);
  for (const source of SOURCES) {
    // A device that was exchanged is a publication of its own, and the one before is listed for a while without a track.
    const tracks = publicationsOf(participant, source).map(({ track }) => track?.mediaStreamTrack);
    remote[source] = tracks.findLast((track) => track !== undefined) ?? null;
  }
  return remote;
}

function publicationsOf(participant: RemoteParticipant, source: SourceName) {
  const all = [...participant.trackPublications.values()] as RemoteTrackPublication[];
  return all.filter((publication) => publication.source === NAMES[source]);
}
