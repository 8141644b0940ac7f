import {
  ConnectionState,
  DisconnectReason,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  setLogLevel,
  Track,
  type LocalTrackPublication,
  type RemoteParticipant,
} from 'livekit-client';
import type { LocalMedia } from '../local';
import { orNobody, silent, type Media, type MediaEvents, type Remote } from '../media';
import type { MediaGrant } from '../model';
import { measure, type Quality, type Sample } from '../stats';

const SOURCES = {
  microphone: Track.Source.Microphone,
  camera: Track.Source.Camera,
  screen: Track.Source.ScreenShare,
} as const;
type SourceName = keyof typeof SOURCES;
const NAMES = Object.keys(SOURCES) as SourceName[];

setLogLevel('error');

const CONNECT_MS = 6000;
const MEND_MS = 4000;

/** LiveKit: a room of its server, with the participant's id as the identity. */
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
  #forgetLocal: () => void = () => undefined;
  #takesCameras = true;
  #before: Sample | null = null;
  // Publications change one after the other.
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly local: LocalMedia,
    private readonly events: MediaEvents,
  ) {
    const room = this.#room;
    const tell = () => this.events.remotes(this.remotes);
    room.on(RoomEvent.SignalConnected, () => this.#begin());
    room.on(RoomEvent.Connected, () => events.up(true));
    room.on(RoomEvent.Reconnecting, () => events.up(false));
    room.on(RoomEvent.Reconnected, () => events.up(true));
    room.on(RoomEvent.Disconnected, (reason) => this.#disconnected(reason));
    room.on(RoomEvent.ParticipantConnected, tell);
    room.on(RoomEvent.ParticipantDisconnected, tell);
    room.on(RoomEvent.TrackPublished, () => this.#choose());
    room.on(RoomEvent.TrackSubscribed, tell);
    room.on(RoomEvent.TrackUnsubscribed, tell);
  }

  get remotes(): Remote[] {
    return orNobody([...this.#room.remoteParticipants.values()].map(remoteOf));
  }

  async join({ url, token }: MediaGrant): Promise<void> {
    if (url === null) throw new TypeError('LiveKit has an address.');
    await this.#room.connect(url, token, {
      maxRetries: 0,
      websocketTimeout: CONNECT_MS,
      peerConnectionTimeout: CONNECT_MS,
    });
    this.events.remotes(this.remotes);
  }

  /** It mends itself as far as it can; what is left is to wait for it. */
  mend(): Promise<boolean> {
    const room = this.#room;
    return new Promise((resolve) => {
      const settle = (stands: boolean) => {
        clearTimeout(timer);
        room.off(RoomEvent.ConnectionStateChanged, look);
        resolve(stands);
      };
      const look = () => {
        if (room.state === ConnectionState.Connected) settle(true);
        if (room.state === ConnectionState.Disconnected) settle(false);
      };
      const timer = setTimeout(() => settle(false), MEND_MS);
      room.on(RoomEvent.ConnectionStateChanged, look);
      look();
    });
  }

  async quality(): Promise<Quality> {
    const tracks = [this.#room.localParticipant, ...this.#room.remoteParticipants.values()].flatMap(
      (participant) => [...participant.trackPublications.values()].map(({ track }) => track),
    );
    const reports = await Promise.all(tracks.map((track) => track?.getRTCStatsReport()));
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
    this.#forgetLocal();
    this.#room.removeAllListeners();
    void this.#room.disconnect(false);
  }

  #choose(): void {
    for (const participant of this.#room.remoteParticipants.values())
      participant.getTrackPublication(SOURCES.camera)?.setSubscribed(this.#takesCameras);
  }

  /** The server has let one in: now, while the media connect, and not before, when a track would be stopped for waiting. */
  #begin(): void {
    this.#forgetLocal();
    this.#forgetLocal = this.local.subscribe(() => this.#send());
    this.#send();
  }

  #send(): void {
    this.#publishing = this.#publishing
      .then(() => Promise.all(NAMES.map((name) => this.#publish(name))))
      .catch(() => this.#room.state === ConnectionState.Connected && this.events.failing());
  }

  async #publish(name: SourceName): Promise<void> {
    const room = this.#room.localParticipant;
    const publication = room.getTrackPublication(SOURCES[name]) as
      LocalTrackPublication | undefined;
    const { track, muted } = this.#wanted(name);
    const published = publication?.track;
    if (!track) {
      if (published) await room.unpublishTrack(published, false);
      return;
    }
    // It sets a track's `enabled` by what it knows of being muted, and so has to know.
    const mute = (it: LocalAudioTrack | LocalVideoTrack) => (muted ? it.mute() : it.unmute());
    if (published) {
      if (published.mediaStreamTrack !== track) await published.replaceTrack(track);
      await mute(published as LocalAudioTrack | LocalVideoTrack);
      return;
    }
    const Kind = name === 'microphone' ? LocalAudioTrack : LocalVideoTrack;
    const fresh = new Kind(track, undefined, true);
    await mute(fresh);
    await room.publishTrack(fresh, { source: SOURCES[name] });
  }

  #wanted(name: SourceName): { track: MediaStreamTrack | null; muted: boolean } {
    const { microphone, camera, screen } = this.local.state;
    if (name === 'microphone') return { track: microphone.track, muted: !microphone.on };
    return { track: name === 'camera' ? camera.track : screen, muted: false };
  }

  #disconnected(reason?: DisconnectReason): void {
    this.events.up(false);
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) this.events.takenOver();
    else this.events.failing();
  }
}

function remoteOf(participant: RemoteParticipant): Remote {
  const remote = silent(participant.identity);
  for (const name of NAMES)
    remote[name] = participant.getTrackPublication(SOURCES[name])?.track?.mediaStreamTrack ?? null;
  return remote;
}
