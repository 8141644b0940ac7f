import type { Source } from '../devices.ts';

type Kind = 'audioinput' | 'videoinput';

/** A track of a device, and what can happen to it. */
export class HardwareTrack extends EventTarget {
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';
  readonly label: string;

  readonly kind: 'audio' | 'video';
  readonly deviceId: string;

  constructor(kind: 'audio' | 'video', deviceId: string) {
    super();
    this.kind = kind;
    this.deviceId = deviceId;
    this.label = `label of ${deviceId}`;
  }

  getSettings(): MediaTrackSettings {
    const facingMode = { front: 'user', back: 'environment' }[this.deviceId];
    return facingMode ? { deviceId: this.deviceId, facingMode } : { deviceId: this.deviceId };
  }

  stop(): void {
    this.readyState = 'ended';
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  }

  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

/** The devices of a machine, and a browser that gives them; all that happens is done by the test. */
export class Hardware extends EventTarget {
  cameras = ['c1', 'c2', 'c3'];
  microphones = ['m1', 'm2'];
  /** Those that other programs have. */
  readonly busy = new Set<string>();
  denied = false;
  readonly tracks: HardwareTrack[] = [];
  shared: { picture: HardwareTrack; sound: HardwareTrack } | null = null;
  #held: (() => void)[] | null = null;

  /** Whatever is asked for from now on is answered with {@link answer}. */
  hold(): void {
    this.#held = [];
  }

  /** Gives the oldest that was asked for. */
  async answer(): Promise<void> {
    this.#held?.shift()?.();
    await settle();
  }

  /** Gives all, and the rest at once. */
  async answerAll(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = null;
    for (const give of held) give();
    await settle();
  }

  async getUserMedia(wanted: MediaStreamConstraints): Promise<unknown> {
    if (this.#held) await new Promise<void>((give) => this.#held?.push(give));
    const microphone = wanted.audio ? this.#open('microphone', wanted.audio) : null;
    const camera = wanted.video ? this.#open('camera', wanted.video) : null;
    const [audio, video] = [microphone, camera].map((it) => (it ? [it] : []));
    return {
      getAudioTracks: () => audio,
      getVideoTracks: () => video,
      getTracks: () => [...(audio ?? []), ...(video ?? [])],
    };
  }

  /** A tab with a sound. */
  async getDisplayMedia(): Promise<unknown> {
    const [picture, sound] = [new HardwareTrack('video', 'tab'), new HardwareTrack('audio', 'tab')];
    this.shared = { picture, sound };
    return { getVideoTracks: () => [picture], getAudioTracks: () => [sound] };
  }

  async enumerateDevices(): Promise<unknown[]> {
    const list = (kind: Kind, ids: string[]) => ids.map((deviceId) => ({ kind, deviceId }));
    return [...list('audioinput', this.microphones), ...list('videoinput', this.cameras)];
  }

  /** Pulls out what is in use of this kind. */
  async unplug(source: Source): Promise<void> {
    const track = this.live(source);
    const list = source === 'camera' ? 'cameras' : 'microphones';
    this[list] = this[list].filter((id) => id !== track?.deviceId);
    track?.end();
    await this.listChanged();
  }

  async listChanged(): Promise<void> {
    this.dispatchEvent(new Event('devicechange'));
    await settle();
  }

  /** The track of this kind that runs; more than one is a fault. */
  live(source: Source): HardwareTrack | undefined {
    const kind = source === 'camera' ? 'video' : 'audio';
    const live = this.tracks.filter((it) => it.kind === kind && it.readyState === 'live');
    if (live.length > 1) throw new Error(`${live.length} tracks of a ${source} run`);
    return live[0];
  }

  #open(source: Source, wanted: MediaTrackConstraints | boolean): HardwareTrack {
    if (this.denied) throw new DOMException('no', 'NotAllowedError');
    const list = source === 'camera' ? this.cameras : this.microphones;
    const { deviceId: id, facingMode } = wanted as Record<string, { exact: string } | undefined>;
    const named = id?.exact ?? { user: 'front', environment: 'back' }[facingMode?.exact ?? ''];
    const deviceId = named ?? list[0];
    if (!deviceId || !list.includes(deviceId))
      throw new DOMException('gone', named ? 'OverconstrainedError' : 'NotFoundError');
    if (this.busy.has(deviceId)) throw new DOMException('taken', 'NotReadableError');
    const track = new HardwareTrack(source === 'camera' ? 'video' : 'audio', deviceId);
    this.tracks.push(track);
    return track;
  }
}

/** A browser's sound, as far as two sounds are put into one. */
export class FakeAudioContext {
  static state: 'running' | 'suspended' = 'running';
  /** What goes into each output, by its track. */
  static readonly inputs = new Map<unknown, Set<unknown>>();
  readonly state = FakeAudioContext.state;

  resume(): Promise<void> {
    return this.state === 'running' ? Promise.resolve() : new Promise(() => undefined);
  }

  createMediaStreamDestination() {
    const track = new HardwareTrack('audio', 'mix');
    FakeAudioContext.inputs.set(track, new Set());
    return { stream: { getAudioTracks: () => [track] }, track };
  }

  createMediaStreamSource({ tracks: [track] }: FakeMediaStream) {
    let inputs: Set<unknown> | undefined;
    return {
      connect: (output: { track?: unknown }) => {
        inputs = FakeAudioContext.inputs.get(output.track);
        inputs?.add(track);
      },
      disconnect: () => inputs?.delete(track),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export class FakeMediaStream {
  readonly tracks: unknown[];

  constructor(tracks: unknown[]) {
    this.tracks = tracks;
  }

  getTracks(): unknown[] {
    return this.tracks;
  }
}

/** Lets what is under way be done. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}
