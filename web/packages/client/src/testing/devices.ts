import type { LocalMedia, LocalState } from '../local.ts';
import type { Frame, MediaEvents, Remote } from '../media.ts';

/** A track, as far as adapters look at it. */
export function track(kind: 'audio' | 'video', label = kind as string): MediaStreamTrack {
  const fake = { kind, label, enabled: true, readyState: 'live', clone: () => track(kind, label) };
  return fake as unknown as MediaStreamTrack;
}

/** The person's devices; what changes is changed by the test. */
export class FakeLocal {
  readonly log: unknown[][] = [];
  #listeners = new Set<() => void>();
  state = {
    microphone: { on: true, track: track('audio', 'own microphone') },
    camera: { on: true, track: track('video', 'own camera') },
    screen: null,
  } as unknown as LocalState;

  get media(): LocalMedia {
    return this as unknown as LocalMedia;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As the page's controls do. */
  change(change: {
    microphone?: Partial<LocalState['microphone']>;
    camera?: Partial<LocalState['camera']>;
    screen?: MediaStreamTrack | null;
  }): void {
    const { microphone, camera, screen = null } = this.state;
    this.state = {
      ...this.state,
      microphone: { ...microphone, ...change.microphone },
      camera: { ...camera, ...change.camera },
      screen: change.screen === undefined ? screen : change.screen,
    };
    for (const listener of this.#listeners) listener();
  }

  lend(_borrower: unknown, sends: unknown): void {
    this.log.push(['lend', sends]);
  }

  lent(sends: unknown): void {
    this.log.push(['lent', sends]);
  }

  takeBack(): void {
    this.log.push(['takeBack']);
  }
}

/** What an adapter has told. */
export class Told implements MediaEvents {
  readonly log: string[] = [];
  people: Remote[] = [];
  shown: Frame | null = null;
  up = (connected: boolean) => void this.log.push(connected ? 'up' : 'down');
  failing = () => void this.log.push('failing');
  leftOut = (what: string) => void this.log.push(`left out: ${what}`);
  takenOver = () => void this.log.push('taken over');
  remotes = (remotes: Remote[]) => void (this.people = remotes);
  frame = (frame: Frame) => void (this.shown = frame);
}

/** Lets what is under way be done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
