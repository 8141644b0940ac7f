import type { Api } from '../api.ts';
import { soundOf, type LocalMedia } from '../local.ts';
import { silent, type EmbeddedMedia, type MediaEvents, type Remote } from '../media.ts';
import { Hearing } from '../hearing.ts';
import type { MediaGrant } from '../model.ts';
import { patiently } from '../patience.ts';
import { asProblem, Problem } from '../problem.ts';
import { arrived, LOST, measure, type Quality, type Sample } from '../stats.ts';
import { wayOf, type Way } from '../way.ts';
import { narrowed, Routing } from '../routing.ts';
import {
  parse,
  SOURCES,
  ufragOf,
  type RemoteSource,
  type ServerOffer,
  type TrackEntry,
} from './channel.ts';

/** How long a connection may be in a state before it counts as failing, in milliseconds. */
const PATIENCE: Partial<Record<RTCPeerConnectionState, number>> = {
  new: 10_000,
  connecting: 10_000,
  disconnected: 2000,
  failed: 0,
  closed: 0,
};

const LISTEN_MS = 500;
const RETRY_MS = 700;
/** How often a way is judged by what was lost on it. */
const JUDGE_MS = 2000;
/** From the answer to a restart until something is heard by the new way. */
const MEND_PATIENCE_MS = 8000;

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
  readonly #offer: Promise<RTCSessionDescriptionInit>;
  readonly #forgetLocal: () => void;
  #takesCameras = true;
  #bound = false;
  // What is sent here is thrown away there: the browser takes that for a weak line.
  #overloaded = false;
  // The call goes on at another server: nothing will come here any more.
  #moved = false;
  #grant: MediaGrant | null = null;
  #tracks: TrackEntry[] = [];
  #servers: RTCIceServer[] = [];
  // Of whoever made the connection.
  #policy: RTCIceTransportPolicy | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #before: Sample | null = null;
  #listening: ReturnType<typeof setInterval> | undefined;
  readonly #hearing = new Hearing();
  #heard = true;
  readonly #hearers = new Set<() => void>();
  #routing: Routing | null = null;
  #judged: { sample: Sample; at: number } | null = null;
  readonly #closed = new AbortController();
  // Negotiations run one after the other.
  #negotiation: Promise<unknown> = Promise.resolve();

  readonly #api: Api;
  readonly #events: MediaEvents;

  constructor(api: Api, local: LocalMedia, events: MediaEvents) {
    this.#api = api;
    this.#events = events;
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
    // No waiting for candidates: the server learns the address from the first packet.
    this.#offer = this.#pc.createOffer();
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

  async offer(): Promise<string> {
    return (await this.#offer).sdp ?? '';
  }

  /** Takes the server's answer; media flows a few round trips later. */
  async join(grant: MediaGrant, answer: string | null): Promise<void> {
    if (answer === null) throw new TypeError('The offer was not answered.');
    this.#grant = grant;
    this.#servers = iceServers(grant);
    this.#watch('connecting');
    this.#listening ??= setInterval(() => void this.#listen(), LISTEN_MS);
    await this.#settle(await this.#offer, answer);
  }

  /** Looks for a new way, or hears that the old one carries again. False when it takes a new connection. */
  mend(): Promise<boolean> {
    if (this.#moved) return Promise.resolve(false);
    this.#routing?.gaveUp(performance.now());
    return new Promise((resolve) => {
      let [timer, hearings]: [ReturnType<typeof setTimeout> | undefined, number] = [undefined, 0];
      const settle = (stands: boolean) => {
        clearTimeout(timer);
        this.#hearers.delete(heard);
        resolve(stands);
      };
      // What is heard first may have come before.
      const heard = () => ++hearings > 1 && settle(true);
      this.#hearers.add(heard);
      void this.#restartUntilAnswered(() => this.#hearers.has(heard)).then((known) => {
        if (!known) settle(false);
        else timer = setTimeout(() => settle(false), MEND_PATIENCE_MS);
      });
    });
  }

  /** False when the server does not know this connection any more. */
  async #restartUntilAnswered(wanted: () => boolean): Promise<boolean> {
    while (wanted() && !this.#closed.signal.aborted) {
      const problem = await this.#restart();
      if (!problem?.passing) return problem === null;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return !this.#closed.signal.aborted;
  }

  /** An ICE restart; what stood in its way, if anything did. */
  #restart(): Promise<Problem | null> {
    return this.#inTurn(async () => {
      const grant = this.#grant;
      if (!grant) throw new Problem('not_found', 404, 'There is no media connection yet.');
      const offer = await this.#pc.createOffer({ iceRestart: true });
      const ask = (signal: AbortSignal) => this.#api.restartMedia(grant, offer.sdp ?? '', signal);
      const { answer, servers } = await patiently(ask, { stop: this.#closed.signal });
      if (servers.length > 0) this.#servers = servers;
      await this.#settle(offer, answer);
    }).then(() => null, asProblem);
  }

  async quality(): Promise<Quality> {
    if (!this.#heard) return LOST;
    const { quality, sample } = measure(
      await this.#pc.getStats(),
      this.#before,
      this.#bound || this.#overloaded,
    );
    this.#before = sample;
    return quality;
  }

  /** How packets travel at present; null before they do. */
  async way(): Promise<Way | null> {
    return wayOf(await this.#pc.getStats());
  }

  takeCameras(wanted: boolean): void {
    if (wanted === this.#takesCameras) return;
    this.#takesCameras = wanted;
    if (this.#channel.readyState === 'open') this.#tellCameras();
  }

  leave(): void {
    this.#closed.abort();
    clearTimeout(this.#patience);
    clearInterval(this.#listening);
    this.#forgetLocal();
    this.#channel.close();
    this.#pc.close();
  }

  /**
   * An own offer and its answer. Only now does the browser look for its addresses: the relays came with the answer, and
   * are tried side by side with the direct way.
   */
  async #settle(offer: RTCSessionDescriptionInit, answer: string): Promise<void> {
    const way = this.#routing?.route ?? 'any';
    // All else stays as the connection was made: browsers refuse a change of the bundle policy.
    const configuration = { ...this.#pc.getConfiguration(), iceServers: this.#servers };
    this.#policy ??= configuration.iceTransportPolicy;
    configuration.iceTransportPolicy = way === 'relay' ? 'relay' : this.#policy;
    this.#pc.setConfiguration(configuration);
    await this.#pc.setLocalDescription(offer);
    await this.#pc.setRemoteDescription({ type: 'answer', sdp: narrowed(answer, way) });
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
    this.#events.up(state === 'connected' && this.#heard);
    this.#watch(state);
  }

  #watch(state: RTCPeerConnectionState): void {
    clearTimeout(this.#patience);
    const patience = PATIENCE[state];
    if (patience === undefined) return;
    this.#patience = setTimeout(() => this.#events.failing(), patience);
  }

  async #listen(): Promise<void> {
    const { connectionState } = this.#pc;
    if (connectionState !== 'connected' && connectionState !== 'disconnected') return;
    const report = await this.#pc.getStats();
    const at = performance.now();
    const found = this.#hearing.look(arrived(report), at);
    if (found === 'quiet') this.#knock();
    else if (found === 'heard') this.#hear();
    else this.#hearNothing();
    if (found === 'heard') this.#judge(report, at);
  }

  /** Where nobody sends anything, nothing would come: this is acknowledged. */
  #knock(): void {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState === 'open' && bufferedAmount === 0) this.#channel.send('{"type":"knock"}');
  }

  #hear(): void {
    for (const hearer of this.#hearers) hearer();
    if (this.#heard) return;
    this.#heard = true;
    this.#events.up(this.#pc.connectionState === 'connected');
  }

  #hearNothing(): void {
    if (this.#heard) this.#events.up(false);
    this.#heard = false;
    this.#events.failing();
  }

  /** Goes over to another way where the present one stays bad, though it works. */
  #judge(report: RTCStatsReport, at: number): void {
    if (this.#judged && at - this.#judged.at < JUDGE_MS) return;
    const { quality, sample } = measure(report, this.#judged?.sample ?? null, true);
    const first = this.#judged === null;
    this.#judged = { sample, at };
    if (first) return;
    const relays = this.#servers.some(({ urls }) => [urls].flat().some(isRelay));
    this.#routing ??= new Routing(relays ? ['any', 'tcp', 'relay'] : ['any', 'tcp']);
    if (this.#routing.look(quality, at)) void this.#restart();
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
    } else if (message.type === 'overload') {
      this.#overloaded = message.cameras;
      this.#events.leftOut(message.screens ? 'pictures' : message.cameras ? 'cameras' : 'nothing');
    } else if (message.why === 'taken_over') {
      this.#events.takenOver();
    } else if (message.why === 'moved') {
      this.#moved = true;
      this.#events.up(false);
      this.#events.failing();
    }
  }

  async #answer(message: ServerOffer): Promise<void> {
    // An own offer has crossed it: the server offers again.
    if (message.ufrag && message.ufrag !== ufragOf(this.#pc.localDescription)) return;
    await this.#pc.setRemoteDescription({ type: 'offer', sdp: message.sdp });
    await this.#pc.setLocalDescription(await this.#pc.createAnswer());
    const sdp = this.#pc.localDescription?.sdp;
    this.#channel.send(JSON.stringify({ type: 'answer', sdp }));
    this.#setTracks(message.tracks);
  }

  #setTracks(tracks: TrackEntry[]): void {
    this.#tracks = tracks;
    this.#events.remotes(this.remotes);
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#negotiation.then(task);
    this.#negotiation = result.catch(() => undefined);
    return result;
  }
}

/** Offers one codec (and its retransmissions) only: the server takes no other and the offer stays small. */
function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video', codec: string): void {
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const wanted = codecs.filter(({ mimeType }) => mimeType === codec || mimeType === `${kind}/rtx`);
  if (wanted.some(({ mimeType }) => mimeType === codec)) transceiver.setCodecPreferences(wanted);
}

function isRelay(url: string): boolean {
  return url.startsWith('turn');
}

function iceServers(grant: MediaGrant): RTCIceServer[] {
  return grant.ice_servers.map(({ urls, username, credential }) => ({
    urls,
    username: username ?? undefined,
    credential: credential ?? undefined,
  }));
}
