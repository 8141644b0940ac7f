import { open, openBoth, type Opened, type Source, type Trouble } from './devices';
import type { Memory } from './identity';
import type { MediaState } from './realtime';

export interface Device {
  /** Whether the person wants it on; it may still have no track. */
  on: boolean;
  track: MediaStreamTrack | null;
  trouble: Trouble | null;
  deviceId: string | null;
}

export interface LocalState {
  microphone: Device;
  camera: Device;
  screen: MediaStreamTrack | null;
  /** Whether the devices are being opened for the first time (perhaps the browser is asking). */
  opening: boolean;
}

const KEY = 'openvisit:devices';
const OFF: Device = { on: true, track: null, trouble: null, deviceId: null };

/**
 * The person's own microphone, camera and screen. Wishes (muted, which camera) outlive a reload, so that
 * somebody who was muted does not come back heard.
 */
export class LocalMedia {
  #state: LocalState;
  #released = false;
  readonly #listeners = new Set<(state: LocalState) => void>();

  constructor(private readonly memory: Memory) {
    const wishes = remembered(memory);
    this.#state = {
      microphone: { ...OFF, ...wishes.microphone },
      camera: { ...OFF, ...wishes.camera },
      screen: null,
      opening: false,
    };
  }

  get state(): LocalState {
    return this.#state;
  }

  /** What the others should be told. */
  get sending(): MediaState {
    const { microphone, camera, screen } = this.#state;
    return {
      microphone: microphone.on && microphone.track !== null,
      camera: camera.on && camera.track !== null,
      screen: screen !== null,
    };
  }

  subscribe(listener: (state: LocalState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens what is wished for. */
  async open(): Promise<void> {
    this.#released = false;
    this.#set({ opening: true });
    const { microphone, camera } = this.#state;
    const ids = { microphone: microphone.deviceId, camera: camera.deviceId };
    if (camera.on) {
      const opened = await openBoth(ids);
      this.#take('microphone', opened.microphone);
      this.#take('camera', opened.camera);
    } else {
      this.#take('microphone', await open('microphone', ids.microphone));
    }
    this.#set({ opening: false });
  }

  /** A muted microphone stays open and sends silence, so that unmuting is instant. */
  async setMicrophone(on: boolean): Promise<void> {
    this.#wish('microphone', { on });
    const { track, deviceId } = this.#state.microphone;
    if (track) track.enabled = on;
    else if (on) this.#take('microphone', await open('microphone', deviceId));
  }

  /** A camera that is off is closed, so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    const { track, deviceId } = this.#state.camera;
    if (on) {
      this.#wish('camera', { on });
      if (!track) this.#take('camera', await open('camera', deviceId));
    } else {
      stop(track);
      this.#wish('camera', { on, track: null, trouble: null });
    }
  }

  async choose(source: Source, deviceId: string): Promise<void> {
    this.#wish(source, { deviceId });
    if (source === 'camera' && !this.#state.camera.on) return;
    const before = this.#state[source].track;
    // Some systems open a device only once: let go of the old one first.
    stop(before);
    this.#take(source, await open(source, deviceId));
  }

  /** Returns whether sharing began; not when the person thought better of it. */
  async shareScreen(): Promise<boolean> {
    const stream = await navigator.mediaDevices
      .getDisplayMedia({ video: { frameRate: { max: 15 } } })
      .catch(() => null);
    const track = stream?.getVideoTracks()[0];
    if (!track) return false;
    if (this.#released) {
      track.stop();
      return false;
    }
    track.contentHint = 'detail';
    track.addEventListener('ended', () => this.stopScreen());
    this.#set({ screen: track });
    return true;
  }

  stopScreen(): void {
    stop(this.#state.screen);
    this.#set({ screen: null });
  }

  /** Stops everything: lights out, nothing heard. */
  release(): void {
    this.#released = true;
    const { microphone, camera, screen } = this.#state;
    [microphone.track, camera.track, screen].forEach(stop);
    this.#set({
      microphone: { ...microphone, track: null },
      camera: { ...camera, track: null },
      screen: null,
      opening: false,
    });
  }

  #take(source: Source, { track, trouble }: Opened): void {
    const { on } = this.#state[source];
    // The person may have changed his or her mind, or gone, while the browser was asking.
    if (track && (this.#released || (source === 'camera' && !on))) {
      track.stop();
      return;
    }
    if (track) {
      track.enabled = on;
      track.addEventListener('ended', () => this.#lost(source, track));
    }
    this.#set({ [source]: { ...this.#state[source], track, trouble } });
  }

  #lost(source: Source, track: MediaStreamTrack): void {
    if (this.#state[source].track !== track) return;
    this.#set({ [source]: { ...this.#state[source], track: null, trouble: 'absent' } });
  }

  #wish(source: Source, change: Partial<Device>): void {
    this.#set({ [source]: { ...this.#state[source], ...change } });
    const { microphone, camera } = this.#state;
    const wish = ({ on, deviceId }: Device) => ({ on, deviceId });
    const wishes = { microphone: wish(microphone), camera: wish(camera) };
    this.memory.setItem(KEY, JSON.stringify(wishes));
  }

  #set(change: Partial<LocalState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

function stop(track: MediaStreamTrack | null): void {
  track?.stop();
}

type Wish = Pick<Device, 'on' | 'deviceId'>;

function remembered(memory: Memory): { microphone?: Wish; camera?: Wish } {
  try {
    return JSON.parse(memory.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}
