import { soundOf, type LocalMedia } from '../local.ts';

export const SOURCES = ['microphone', 'camera', 'screen'] as const;
export type SourceName = (typeof SOURCES)[number];

export interface Sent {
  /** Null for nothing. */
  track: MediaStreamTrack | null;
  /** It is to be silent. Vendors' programs set a track's `enabled` by what they know of this, and so have to know. */
  muted: boolean;
}

/** Sends another track, or this one silent or not any more. Told what was sent before, if anything was. */
type Put = (source: SourceName, now: Sent, before?: Sent) => unknown;

/** Keeps what is sent as the person's devices are, one change after the other. */
export class Outgoing {
  readonly #sent = new Map<SourceName, Sent>();
  readonly #forget: () => void;
  #changes: Promise<unknown> = Promise.resolve();
  #stopped = false;

  readonly #local: LocalMedia;
  readonly #put: Put;
  readonly #failed: () => void;

  constructor(local: LocalMedia, put: Put, failed: () => void) {
    this.#local = local;
    this.#put = put;
    this.#failed = failed;
    this.#forget = local.subscribe(() => this.#change());
    this.#change();
  }

  stop(): void {
    this.#stopped = true;
    this.#forget();
  }

  #change(): void {
    this.#changes = this.#changes
      .then(() => Promise.all(SOURCES.map((source) => this.#bring(source))))
      .catch(() => this.#stopped || this.#failed());
  }

  async #bring(source: SourceName): Promise<void> {
    const before = this.#sent.get(source);
    const now = wanted(this.#local, source);
    const same = (before?.track ?? null) === now.track && before?.muted === now.muted;
    if (this.#stopped || same || !(before?.track || now.track)) return;
    this.#sent.set(source, now);
    await this.#put(source, now, before);
  }
}

/** What a source gives at present. */
export function wanted({ state }: LocalMedia, source: SourceName): Sent {
  const { camera, screen } = state;
  if (source === 'microphone') return soundOf(state);
  return { track: source === 'camera' ? camera.track : screen, muted: false };
}
