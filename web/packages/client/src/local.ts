import { open, openBoth, type Opened, type Source, type Trouble, type Wanted } from './devices';
import type { Memory } from './identity';
import type { MediaState } from './realtime';

export interface Device {
  /** Whether the person wants it on; it may still have no track. */
  on: boolean;
  track: MediaStreamTrack | null;
  trouble: Trouble | null;
  deviceId: string | null;
}

/** Somebody else on this page who has the devices for a time, and does with them what the person asks for. */
export interface Borrower {
  send(source: Source | 'screen', on: boolean): void;
  choose(source: Source, deviceId: string): void;
  suppressNoise(on: boolean): void;
}

type Sending = Record<Source | 'screen', boolean>;

export interface LocalState {
  microphone: Device;
  camera: Device;
  screen: MediaStreamTrack | null;
  /** Whether the browser takes noises out of what the microphone hears. */
  noiseSuppression: boolean;
  /** The camera is wished for, and closed for the time being to save the network. */
  saving: boolean;
  /** What is sent by whoever has the devices in place of this page; null while it has them itself. */
  lent: Sending | null;
  /** A device that went away, and which the browser gave instead. */
  replaced: { source: Source; label: string } | null;
  /** Whether the devices are being opened for the first time (perhaps the browser is asking). */
  opening: boolean;
}

/** What the others see and hear of this person. */
export function sending({ microphone, camera, screen, lent }: LocalState): Sending {
  return (
    lent ?? {
      microphone: microphone.on && microphone.track !== null,
      camera: camera.on && camera.track !== null,
      screen: screen !== null,
    }
  );
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
  #borrower: Borrower | null = null;
  readonly #listeners = new Set<(state: LocalState) => void>();

  constructor(private readonly memory: Memory) {
    const wishes = remembered(memory);
    this.#state = {
      microphone: { ...OFF, ...wishes.microphone },
      camera: { ...OFF, ...wishes.camera },
      screen: null,
      noiseSuppression: wishes.noiseSuppression ?? true,
      saving: false,
      lent: null,
      replaced: null,
      opening: false,
    };
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#devicesChanged());
  }

  get state(): LocalState {
    return this.#state;
  }

  /** What the others should be told. */
  get sending(): MediaState {
    return { ...sending(this.#state), weak_up: this.#state.saving };
  }

  subscribe(listener: (state: LocalState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens what is wished for. */
  async open(): Promise<void> {
    this.#released = false;
    if (this.#borrower) return;
    this.#set({ opening: true });
    if (this.#state.camera.on) {
      const opened = await openBoth({
        microphone: this.#wanted('microphone'),
        camera: this.#wanted('camera'),
      });
      this.#take('microphone', opened.microphone);
      this.#take('camera', opened.camera);
    } else {
      this.#take('microphone', await open('microphone', this.#wanted('microphone')));
    }
    this.#set({ opening: false });
  }

  /** A muted microphone stays open and sends silence, so that unmuting is instant. */
  async setMicrophone(on: boolean): Promise<void> {
    this.#wish('microphone', { on });
    if (this.#borrower) return this.#borrower.send('microphone', on);
    const { track } = this.#state.microphone;
    if (track) track.enabled = on;
    else if (on) await this.#open('microphone');
  }

  /** A camera that is off is closed, so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    if (this.#borrower) {
      this.#wish('camera', { on });
      return this.#borrower.send('camera', on);
    }
    const { track } = this.#state.camera;
    if (this.#state.saving) this.#set({ saving: false });
    if (on) {
      this.#wish('camera', { on });
      if (!track) await this.#open('camera');
    } else {
      stop(track);
      this.#wish('camera', { on, track: null, trouble: null });
    }
  }

  /** Closes the camera to save the network, or opens it again; what the person wishes stays as it is. */
  async saveNetwork(saving: boolean): Promise<void> {
    const { camera } = this.#state;
    if (saving === this.#state.saving || (saving && !camera.track)) return;
    this.#set({ saving });
    if (saving) {
      stop(camera.track);
      this.#set({ camera: { ...camera, track: null } });
    } else if (camera.on && !camera.track) {
      await this.#open('camera');
    }
  }

  async choose(source: Source, deviceId: string): Promise<void> {
    this.#wish(source, { deviceId });
    if (this.#borrower) return this.#borrower.choose(source, deviceId);
    if (source === 'camera' && (!this.#state.camera.on || this.#state.saving)) return;
    await this.#reopen(source);
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    this.#set({ noiseSuppression: on });
    this.#remember();
    this.#borrower?.suppressNoise(on);
    // Browsers take this wish when a device is opened; of one that is open not all do.
    if (this.#state.microphone.track) await this.#reopen('microphone');
  }

  /** For when the person has read of it. */
  forgetReplaced(): void {
    this.#set({ replaced: null });
  }

  /** Returns whether sharing began; not when the person thought better of it. */
  async shareScreen(): Promise<boolean> {
    if (this.#borrower) {
      this.#borrower.send('screen', true);
      return true;
    }
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
    this.#borrower?.send('screen', false);
    stop(this.#state.screen);
    this.#set({ screen: null });
  }

  /** Stops everything: lights out, nothing heard. */
  release(): void {
    this.#released = true;
    this.#close();
  }

  /** Lets go of the devices for somebody who opens them in place of this page. */
  lend(borrower: Borrower, sends: Sending): void {
    this.#borrower = borrower;
    this.#close();
    this.#set({ lent: sends });
  }

  /** What the borrower sends by now; the person may have asked for it there. */
  lent(sends: Sending): void {
    if (!this.#borrower) return;
    this.#set({ lent: sends });
    this.#wish('microphone', { on: sends.microphone });
    this.#wish('camera', { on: sends.camera });
  }

  /** The devices are free again. */
  takeBack(): void {
    this.#borrower = null;
    this.#set({ lent: null });
    if (!this.#released) void this.open();
  }

  #close(): void {
    const { microphone, camera, screen } = this.#state;
    [microphone.track, camera.track, screen].forEach(stop);
    this.#set({
      microphone: { ...microphone, track: null },
      camera: { ...camera, track: null },
      screen: null,
      saving: false,
      opening: false,
    });
  }

  #wanted(source: Source): Wanted {
    const { deviceId } = this.#state[source];
    return { deviceId, noiseSuppression: this.#state.noiseSuppression };
  }

  async #open(source: Source): Promise<void> {
    this.#take(source, await open(source, this.#wanted(source)));
  }

  async #reopen(source: Source): Promise<void> {
    // Some systems open a device only once: let go of the old one first.
    stop(this.#state[source].track);
    await this.#open(source);
  }

  #take(source: Source, { track, trouble }: Opened): void {
    const { on } = this.#state[source];
    // The person may have changed their mind, or gone, while the browser was asking.
    const unwanted = source === 'camera' && (!on || this.#state.saving);
    if (track && (this.#released || this.#borrower || unwanted)) {
      track.stop();
      return;
    }
    // Two may have been opened at once; one that nobody knows would never be closed.
    stop(this.#state[source].track);
    if (track) {
      track.enabled = on;
      track.addEventListener('ended', () => void this.#lost(source, track));
    }
    this.#set({ [source]: { ...this.#state[source], track, trouble } });
  }

  /** Somebody pulled a plug: another device does, where there is one. */
  async #lost(source: Source, track: MediaStreamTrack): Promise<void> {
    if (this.#state[source].track !== track) return;
    this.#set({ [source]: { ...this.#state[source], track: null, trouble: 'absent' } });
    await this.#open(source);
    const label = this.#state[source].track?.label;
    if (label) this.#set({ replaced: { source, label } });
  }

  /** Somebody put one in. */
  async #devicesChanged(): Promise<void> {
    if (this.#released || this.#borrower) return;
    for (const source of ['microphone', 'camera'] as const) {
      const { on, trouble } = this.#state[source];
      if (on && trouble === 'absent') await this.#open(source);
    }
  }

  #wish(source: Source, change: Partial<Device>): void {
    this.#set({ [source]: { ...this.#state[source], ...change } });
    this.#remember();
  }

  #remember(): void {
    const { microphone, camera, noiseSuppression } = this.#state;
    const wish = ({ on, deviceId }: Device) => ({ on, deviceId });
    const wishes = { microphone: wish(microphone), camera: wish(camera), noiseSuppression };
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

interface Wishes {
  microphone?: Wish;
  camera?: Wish;
  noiseSuppression?: boolean;
}

function remembered(memory: Memory): Wishes {
  try {
    return JSON.parse(memory.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}
