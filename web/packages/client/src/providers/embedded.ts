import type { Api } from '../api';
import { soundOf, type LocalMedia } from '../local';
import { silent, type EmbeddedMedia, type MediaEvents, type Remote } from '../media';
import type { MediaGrant } from '../model';
import { arrived, measure, type Quality, type Sample } from '../stats';

const SOURCES = ['microphone', 'camera', 'screen'] as const;
type RemoteSource = (typeof SOURCES)[number];

interface TrackEntry {
  mid: string;
  participant_id: string;
  source: RemoteSource;
}

/** How long a connection may be in a state before it counts as failing, in milliseconds. */
const PATIENCE: Partial<Record<RTCPeerConnectionState, number>> = {
  new: 6000,
  connecting: 6000,
  disconnected: 2000,
  failed: 0,
  closed: 0,
};

/**
 * Browsers take some seven seconds to notice that nothing arrives any more. Signs of life come every 2.5 s
 * even where nobody sends anything.
 */
const SILENCE_MS = 4000;
const LISTEN_MS = 1000;
const MEND_PATIENCE_MS = 4000;

/**
 * One connection to the embedded server: microphone, camera, screen and a data channel, all there from the
 * start, so that turning anything on or off needs no negotiation.
 *
 * The offer is made as soon as the object exists: joining then is one HTTP exchange.
 */
export class Embedded implements EmbeddedMedia {
  readonly #pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  readonly #transceivers: Record<RemoteSource, RTCRtpTransceiver>;
  readonly #channel: RTCDataChannel;
  readonly #offer: Promise<string>;
  readonly #forgetLocal: () => void;
  #takesCameras = true;
  #bound = false;
  #grant: MediaGrant | null = null;
  #tracks: TrackEntry[] = [];
  #patience: ReturnType<typeof setTimeout> | undefined;
  #before: Sample | null = null;
  #listening: ReturnType<typeof setInterval> | undefined;
  #arrived = 0;
  #arrivedAt = 0;
  // Negotiations run one after the other.
  #negotiation: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: Api,
    local: LocalMedia,
    private readonly events: MediaEvents,
  ) {
    const add = (kind: 'audio' | 'video', codec: string) => {
      const transceiver = this.#pc.addTransceiver(kind, { direction: 'sendrecv' });
      prefer(transceiver, kind, codec);
      return transceiver;
    };
    this.#transceivers = {
      microphone: add('audio', 'audio/opus'),
      camera: add('video', 'video/VP8'),
      screen: add('video', 'video/VP8'),
    };
    this.#channel = this.#pc.createDataChannel('openvisit');
    this.#channel.addEventListener('message', ({ data }) => this.#receive(data));
    this.#channel.addEventListener('open', () => this.#takesCameras || this.#tellCameras());
    this.#pc.addEventListener('connectionstatechange', () => this.#stateChanged());
    this.#send(local);
    this.#forgetLocal = local.subscribe(() => this.#send(local));
    this.#offer = this.#makeOffer();
    // Whoever awaits the offer hears of a failure; nobody may be waiting yet.
    this.#offer.catch(() => undefined);
  }

  get remotes(): Remote[] {
    if (this.#tracks.length === 0) {
      const unnamed = silent(null);
      for (const source of SOURCES) unnamed[source] = this.#transceivers[source].receiver.track;
      return [unnamed];
    }
    const people = new Map<string, Remote>();
    for (const { mid, participant_id, source } of this.#tracks) {
      const person = people.get(participant_id) ?? silent(participant_id);
      const transceiver = this.#pc.getTransceivers().find((it) => it.mid === mid);
      person[source] = transceiver?.receiver.track ?? null;
      people.set(participant_id, person);
    }
    return [...people.values()];
  }

  offer(): Promise<string> {
    return this.#offer;
  }

  /** Takes the server's answer; media flows a few round trips later. */
  async join(grant: MediaGrant, answer: string | null): Promise<void> {
    if (answer === null) throw new TypeError('The offer was not answered.');
    this.#grant = grant;
    this.#watch('connecting');
    this.#listening ??= setInterval(() => void this.#listen(), LISTEN_MS);
    await this.#pc.setRemoteDescription({ type: 'answer', sdp: answer });
    // For the next ICE restart: relays are needed only where the direct way does not work.
    if (grant.ice_servers.length > 0) this.#pc.setConfiguration({ iceServers: iceServers(grant) });
  }

  async mend(): Promise<boolean> {
    return (await this.#restart()) && (await this.#stands(MEND_PATIENCE_MS));
  }

  /** Looks for a new network path. False when the server does not know this connection any more. */
  #restart(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.#grant) return false;
      this.#pc.restartIce();
      await this.#pc.setLocalDescription(await this.#pc.createOffer());
      const offer = this.#pc.localDescription?.sdp ?? '';
      const answer = await this.api.restartMedia(this.#grant, offer, AbortSignal.timeout(3000));
      await this.#pc.setRemoteDescription({ type: 'answer', sdp: answer });
      return true;
    }).catch(() => false);
  }

  /** Whether the connection stands, now or within the given milliseconds. */
  #stands(within: number): Promise<boolean> {
    const pc = this.#pc;
    return new Promise((resolve) => {
      const settle = (stands: boolean) => {
        clearTimeout(timer);
        pc.removeEventListener('connectionstatechange', look);
        resolve(stands);
      };
      const look = () => pc.connectionState === 'connected' && settle(true);
      const timer = setTimeout(() => settle(false), within);
      pc.addEventListener('connectionstatechange', look);
      look();
    });
  }

  async quality(): Promise<Quality> {
    const { quality, sample } = measure(await this.#pc.getStats(), this.#before, this.#bound);
    this.#before = sample;
    return quality;
  }

  takeCameras(wanted: boolean): void {
    if (wanted === this.#takesCameras) return;
    this.#takesCameras = wanted;
    if (this.#channel.readyState === 'open') this.#tellCameras();
  }

  leave(): void {
    clearTimeout(this.#patience);
    clearInterval(this.#listening);
    this.#forgetLocal();
    this.#channel.close();
    this.#pc.close();
  }

  async #makeOffer(): Promise<string> {
    // No waiting for candidates: the server learns the address from the first packet.
    await this.#pc.setLocalDescription(await this.#pc.createOffer());
    return this.#pc.localDescription?.sdp ?? '';
  }

  #send(local: LocalMedia): void {
    const { camera, screen } = local.state;
    const tracks = { microphone: soundOf(local.state).track, camera: camera.track, screen };
    for (const source of SOURCES) {
      const { sender } = this.#transceivers[source];
      // A sender of a closed connection refuses; there is nothing left to send then.
      if (sender.track !== tracks[source])
        sender.replaceTrack(tracks[source]).catch(() => undefined);
    }
  }

  #tellCameras(): void {
    this.#channel.send(JSON.stringify({ type: 'cameras', wanted: this.#takesCameras }));
  }

  #stateChanged(): void {
    const state = this.#pc.connectionState;
    this.events.up(state === 'connected');
    this.#watch(state);
  }

  #watch(state: RTCPeerConnectionState): void {
    clearTimeout(this.#patience);
    const patience = PATIENCE[state];
    if (patience === undefined) return;
    this.#patience = setTimeout(() => this.events.failing(), patience);
  }

  async #listen(): Promise<void> {
    if (this.#pc.connectionState !== 'connected') return;
    const sum = arrived(await this.#pc.getStats());
    const now = performance.now();
    if (sum !== this.#arrived) {
      this.#arrived = sum;
      this.#arrivedAt = now;
    } else if (now - this.#arrivedAt > SILENCE_MS) {
      // Not again before a mended connection had its time.
      this.#arrivedAt = now;
      this.events.failing();
    }
  }

  #receive(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    if (message.type === 'offer') {
      // A refused offer leaves the connection as it was; the server offers again.
      this.#inTurn(() => this.#answer(message)).catch(() => undefined);
    } else if (message.type === 'tracks') {
      this.#setTracks(message.tracks);
    } else if (message.type === 'bound') {
      this.#bound = message.by_others;
    } else if (message.why === 'taken_over') {
      this.events.takenOver();
    }
  }

  async #answer(message: ServerOffer): Promise<void> {
    // An own offer is under way: the server offers again after it.
    if (this.#pc.signalingState !== 'stable') return;
    await this.#pc.setRemoteDescription({ type: 'offer', sdp: message.sdp });
    await this.#pc.setLocalDescription(await this.#pc.createAnswer());
    const sdp = this.#pc.localDescription?.sdp;
    this.#channel.send(JSON.stringify({ type: 'answer', sdp }));
    this.#setTracks(message.tracks);
  }

  #setTracks(tracks: TrackEntry[]): void {
    this.#tracks = tracks;
    this.events.remotes(this.remotes);
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#negotiation.then(task);
    this.#negotiation = result.catch(() => undefined);
    return result;
  }
}

interface ServerOffer {
  type: 'offer';
  sdp: string;
  tracks: TrackEntry[];
}

type ServerMessage =
  | ServerOffer
  | { type: 'tracks'; tracks: TrackEntry[] }
  | { type: 'bound'; by_others: boolean }
  | { type: 'closed'; why: string };

/** Null for anything else: newer servers may say more. */
function parse(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data);
    switch (message?.type) {
      case 'offer':
      case 'tracks':
        return Array.isArray(message.tracks) ? message : null;
      case 'bound':
      case 'closed':
        return message;
      default:
        return null;
    }
  } catch {
    return null;
  }
}

/** Offers one codec (and its retransmissions) only: the server takes no other and the offer stays small. */
function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video', codec: string): void {
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const wanted = codecs.filter(({ mimeType }) => mimeType === codec || mimeType === `${kind}/rtx`);
  if (wanted.some(({ mimeType }) => mimeType === codec)) transceiver.setCodecPreferences(wanted);
}

function iceServers(grant: MediaGrant): RTCIceServer[] {
  return grant.ice_servers.map(({ urls, username, credential }) => ({
    urls,
    username: username ?? undefined,
    credential: credential ?? undefined,
  }));
}
