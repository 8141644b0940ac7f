import {
  Capture,
  CLOSED,
  type Captured,
  type Wanting,
  type Dressed,
  type Effect,
} from './capture.ts';
import {
  listDevices,
  openBoth,
  type Facing,
  type Source,
  type Trouble,
  type Wanted,
} from './devices.ts';
import type { Memory } from './identity.ts';
import type { Mix } from './mix.ts';
import type { MediaState } from './realtime.ts';
import { openScreen, type Shared } from './screen.ts';

export interface Device extends Captured {
  /** Whether the person wants it on; it may still have no track. */
  on: boolean;
  /** The one that the person chose; what is used is `usedId`. */
  deviceId: string | null;
  /** Which way the camera is to look, where the person chose that instead. */
  looks: Facing | null;
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
  /** The microphone together with the sound of what is shared, while that has one: what is sent in place of the microphone. */
  mix: MediaStreamTrack | null;
  /** Whether the browser takes noises out of what the microphone hears. */
  noiseSuppression: boolean;
  /** Whether what is behind the person is blurred; no frame is given before it is. */
  blur: Blurred;
  /** The camera is wished for, and closed for the time being to save the network. */
  saving: boolean;
  /** What is sent by whoever has the devices in place of this page; null while it has them itself. */
  lent: Sending | null;
  /** What is used in place of a device that went away, or that one itself, which is back. */
  replaced: { source: Source; label: string; back: boolean } | null;
  /** A device that was chosen and cannot be had, so that the one before goes on. */
  refused: { source: Source; trouble: Trouble } | null;
  /** Whether the devices are being opened for the first time (perhaps the browser is asking). */
  opening: boolean;
}

export type Blurred =
  | 'off'
  /** Being loaded. */
  | 'starting'
  | 'on'
  /** Switched off by itself, since this machine is too slow for it. */
  | 'slow'
  /** It could not be loaded, or this browser cannot do it. */
  | 'failed';

/** What this person has switched on. */
export function sending({ microphone, camera, screen, lent }: LocalState): Sending {
  return (
    lent ?? {
      microphone: microphone.on && microphone.track !== null,
      camera: camera.on && camera.track !== null,
      screen: screen !== null,
    }
  );
}

/** Whether what is shared may hold this page: a whole screen or a window; browsers that do not say which might. */
export function mayShowItself({ screen, lent }: LocalState): boolean {
  if (lent?.screen) return true;
  return screen !== null && screen.getSettings().displaySurface !== 'browser';
}

/** The sound that is sent; it may be that of something shared while the microphone is muted. */
export function soundOf({ microphone, mix }: Pick<LocalState, 'microphone' | 'mix'>): {
  track: MediaStreamTrack | null;
  muted: boolean;
} {
  return mix ? { track: mix, muted: false } : { track: microphone.track, muted: !microphone.on };
}

const KEY = 'openvisit:devices';
const UNTOUCHED: Device = { ...CLOSED, on: true, deviceId: null, looks: null };

/**
 * The person's own microphone, camera and screen. Wishes (muted, which camera) outlive a reload, so that
 * somebody who was muted does not come back heard.
 */
export class LocalMedia {
  #state: LocalState;
  #released = false;
  #borrower: Borrower | null = null;
  #shared: Shared | null = null;
  #mix: Mix | null = null;
  #stopListening: () => void = () => undefined;
  readonly #listeners = new Set<(state: LocalState) => void>();
  readonly #captures = { microphone: this.#capture('microphone'), camera: this.#capture('camera') };

  #effect: Promise<Effect> | null = null;

  readonly #memory: Memory;
  readonly #blur: (() => Promise<Effect>) | null;

  /** @param blur brings what blurs a background, once somebody asks for it; a page may do without. */
  constructor(memory: Memory, blur: (() => Promise<Effect>) | null = null) {
    this.#memory = memory;
    this.#blur = blur;
    const wishes = remembered(memory);
    this.#state = {
      microphone: { ...UNTOUCHED, ...wishes.microphone },
      camera: { ...UNTOUCHED, ...wishes.camera },
      screen: null,
      mix: null,
      noiseSuppression: wishes.noiseSuppression ?? true,
      blur: blur && wishes.blur ? 'starting' : 'off',
      saving: false,
      lent: null,
      replaced: null,
      refused: null,
      opening: false,
    };
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#devicesChanged());
  }

  get state(): LocalState {
    return this.#state;
  }

  /** What the others should be told. */
  get sending(): MediaState {
    const { microphone, camera, saving, lent } = this.#state;
    const on = sending(this.#state);
    if (lent) return { ...on, weak_up: saving };
    return {
      microphone: on.microphone && !microphone.muted,
      camera: on.camera && !camera.muted,
      screen: on.screen,
      weak_up: saving,
    };
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
    const { microphone, camera } = this.#captures;
    if (this.#state.camera.on) {
      const both = openBoth({
        microphone: this.#wanted('microphone'),
        camera: this.#wanted('camera'),
      });
      await Promise.all([
        microphone.bring(both.then((opened) => opened.microphone)),
        camera.bring(both.then((opened) => opened.camera)),
      ]);
    } else {
      await microphone.bring();
    }
    this.#set({ opening: false });
  }

  /** A muted microphone stays open and sends silence, so that unmuting is instant. */
  async setMicrophone(on: boolean): Promise<void> {
    this.#wish('microphone', { on });
    if (this.#borrower) return this.#borrower.send('microphone', on);
    const { track } = this.#state.microphone;
    if (track) track.enabled = on;
    else if (on) await this.#captures.microphone.bring();
  }

  /** A camera that is off is closed, so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    this.#wish('camera', { on });
    if (this.#borrower) return this.#borrower.send('camera', on);
    if (this.#state.saving) this.#set({ saving: false });
    if (!on) this.#captures.camera.close();
    else if (!this.#state.camera.track) await this.#captures.camera.bring();
  }

  /** Closes the camera to save the network, or opens it again; what the person wishes stays as it is. */
  async saveNetwork(saving: boolean): Promise<void> {
    const { camera } = this.#state;
    if (saving === this.#state.saving || (saving && !camera.track)) return;
    this.#set({ saving });
    if (saving) this.#captures.camera.close();
    else if (camera.on && !camera.track) await this.#captures.camera.bring();
  }

  /** Where the device cannot be had, the one that works goes on, and is the chosen one. */
  async choose(source: Source, deviceId: string): Promise<void> {
    this.#set({ refused: null, replaced: null });
    this.#wish(source, { deviceId, looks: null });
    if (this.#borrower) return this.#borrower.choose(source, deviceId);
    await this.#captures[source].choose();
  }

  /** From the camera that looks at the person to the one that looks away, and back; else to the next one there is. */
  async flipCamera(): Promise<void> {
    const { facing, usedId } = this.#state.camera;
    if (!facing) {
      const ids = (await listDevices()).cameras.map(({ deviceId }) => deviceId);
      const next = ids[(ids.indexOf(usedId ?? '') + 1) % ids.length];
      return next ? this.choose('camera', next) : undefined;
    }
    this.#set({ refused: null, replaced: null });
    this.#wish('camera', { deviceId: null, looks: facing === 'user' ? 'environment' : 'user' });
    await this.#captures.camera.choose();
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    this.#set({ noiseSuppression: on });
    this.#remember();
    this.#borrower?.suppressNoise(on);
    // Browsers take this wish when a device is opened; of one that is open not all do.
    await this.#captures.microphone.reopen();
  }

  /** Opens anew what the system still holds back: after a telephone call some phones do not give it back by themselves. */
  async wake(): Promise<void> {
    for (const source of ['microphone', 'camera'] as const)
      if (this.#state[source].muted) await this.#captures[source].reopen();
  }

  /** Whether this page can blur what is behind the person. */
  get canBlur(): boolean {
    return this.#blur !== null;
  }

  async setBlur(on: boolean): Promise<void> {
    this.#set({ blur: on && this.canBlur ? 'starting' : 'off' });
    this.#remember();
    await this.#captures.camera.redress();
  }

  /** For when the person has read of it. */
  forgetNews(): void {
    this.#set({ replaced: null, refused: null });
  }

  /** Returns whether sharing began; not when the person thought better of it. */
  async shareScreen(): Promise<boolean> {
    if (this.#borrower) {
      this.#borrower.send('screen', true);
      return true;
    }
    const shared = await openScreen();
    if (!shared) return false;
    if (this.#released) {
      stop(shared.picture);
      stop(shared.sound);
      return false;
    }
    this.#unshare();
    this.#shared = shared;
    shared.picture.addEventListener('ended', () => {
      if (this.#shared === shared) this.stopScreen();
    });
    this.#set({ screen: shared.picture });
    if (shared.sound) await this.#mixIn(shared.sound);
    return true;
  }

  stopScreen(): void {
    this.#borrower?.send('screen', false);
    this.#unshare();
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
    this.#captures.microphone.close();
    this.#captures.camera.close();
    this.#unshare();
    this.#set({ saving: false, opening: false });
  }

  async #mixIn(sound: MediaStreamTrack): Promise<void> {
    const { Mix } = await import('./mix.ts');
    const mix = await Mix.of(sound);
    if (sound !== this.#shared?.sound) return mix?.close();
    this.#mix = mix;
    mix?.speakInto(this.#state.microphone.track);
    this.#set({ mix: mix?.track ?? null });
  }

  #unshare(): void {
    stop(this.#shared?.picture ?? null);
    stop(this.#shared?.sound ?? null);
    const mix = this.#mix;
    this.#shared = this.#mix = null;
    this.#set({ screen: null, mix: null });
    // Not sooner: the voice goes by it until here.
    mix?.close();
  }

  #capture(source: Source): Capture {
    const wanting: Wanting = {
      wanted: () => (this.#isToBeOpen(source) ? this.#wanted(source) : null),
      changed: (now) => this.#changed(source, now),
      replaced: (label, back) => this.#set({ replaced: { source, label, back } }),
      refused: (trouble, { deviceId, facing = null }) => {
        this.#wish(source, { deviceId, looks: facing });
        this.#set({ refused: { source, trouble } });
      },
    };
    const dress = (camera: MediaStreamTrack) => this.#dress(camera);
    return source === 'camera' ? new Capture(source, wanting, dress) : new Capture(source, wanting);
  }

  /** Never rejects: a picture that cannot be blurred is given as it is, and that is told. */
  async #dress(camera: MediaStreamTrack): Promise<Dressed | null> {
    if (!this.#blur || !isWished(this.#state.blur)) return null;
    try {
      this.#effect ??= this.#blur();
      const effect = await this.#effect;
      const dressed = await effect.apply(camera, () => this.#giveUpBlur());
      if (isWished(this.#state.blur)) this.#set({ blur: 'on' });
      return dressed;
    } catch {
      this.#effect = null;
      if (isWished(this.#state.blur)) this.#set({ blur: 'failed' });
      return null;
    }
  }

  #giveUpBlur(): void {
    if (this.#state.blur !== 'on') return;
    this.#set({ blur: 'slow' });
    this.#remember();
    void this.#captures.camera.redress();
  }

  /** Whether a device is to be open now; a muted microphone is. */
  #isToBeOpen(source: Source): boolean {
    if (this.#released || this.#borrower) return false;
    return source === 'microphone' || (this.#state.camera.on && !this.#state.saving);
  }

  #wanted(source: Source): Wanted {
    const { deviceId, looks } = this.#state[source];
    return { deviceId, facing: looks, noiseSuppression: this.#state.noiseSuppression };
  }

  #changed(source: Source, now: Partial<Captured>): void {
    const before = this.#state[source];
    const device = { ...before, ...now };
    if (device.track && source === 'microphone') device.track.enabled = device.on;
    this.#set({ [source]: device });
    if (source === 'microphone' && device.track !== before.track) this.#listen(device.track);
  }

  #listen(microphone: MediaStreamTrack | null): void {
    this.#mix?.speakInto(microphone);
    this.#stopListening();
    this.#stopListening = microphone
      ? listen(microphone, (silent) => this.#changed('microphone', { silent }))
      : () => undefined;
  }

  /** Somebody put one in, or pulled one out. */
  #devicesChanged(): void {
    for (const capture of Object.values(this.#captures)) void capture.listChanged();
  }

  #wish(source: Source, change: Partial<Device>): void {
    this.#set({ [source]: { ...this.#state[source], ...change } });
    this.#remember();
  }

  #remember(): void {
    const { microphone, camera, noiseSuppression } = this.#state;
    const blur = isWished(this.#state.blur);
    const wish = ({ on, deviceId, looks }: Device) => ({ on, deviceId, looks });
    const wishes = { microphone: wish(microphone), camera: wish(camera), noiseSuppression, blur };
    this.#memory.setItem(KEY, JSON.stringify(wishes));
  }

  #set(change: Partial<LocalState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** As `watchSilence`, which is no hurry. */
function listen(track: MediaStreamTrack, tell: (silent: boolean) => void): () => void {
  let stopped = false;
  let stop: () => void = () => {
    stopped = true;
  };
  void import('./silence.ts').then(({ watchSilence }) => {
    if (!stopped) stop = watchSilence(track, tell);
  });
  return () => stop();
}

function stop(track: MediaStreamTrack | null): void {
  track?.stop();
}

type Wish = Pick<Device, 'on' | 'deviceId'> & Partial<Pick<Device, 'looks'>>;

interface Wishes {
  microphone?: Wish;
  camera?: Wish;
  noiseSuppression?: boolean;
  blur?: boolean;
}

function isWished(blur: Blurred): boolean {
  return blur === 'starting' || blur === 'on';
}

function remembered(memory: Memory): Wishes {
  try {
    return JSON.parse(memory.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}
