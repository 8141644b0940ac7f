import { UNKNOWN, type Call, type LocalMedia, type Quality } from '@openvisit/client';
import { AudioFirst } from './audio-first';
import { others } from './people';

const LOOK_MS = 2000;

/** Looks at the connection for as long as the page shows the call, and puts sound first on a weak one. */
export class WeakNetwork {
  quality = $state.raw<Quality>(UNKNOWN);
  #way: string | null = null;
  readonly #up = new AudioFirst();
  readonly #down = new AudioFirst();

  constructor(
    private readonly call: Call,
    private readonly local: LocalMedia,
  ) {
    $effect(() => {
      const timer = setInterval(() => void this.#look(), LOOK_MS);
      void this.#look();
      return () => clearInterval(timer);
    });
  }

  /** The person wants the pictures all the same. */
  overrule(): void {
    const at = performance.now();
    this.#up.overrule(at);
    this.#down.overrule(at);
    if (this.local.state.saving) void this.local.setCamera(true);
    this.call.pauseCameras(false);
  }

  async #look(): Promise<void> {
    this.quality = await this.call.quality();
    this.#follow(this.quality.way);
    const at = performance.now();
    const up = this.#up.look(this.quality.up, this.local.state.saving, at);
    if (up) void this.local.saveNetwork(up === 'save');
    const { camerasPaused } = this.call.state;
    const down = this.#down.look(this.quality.down, camerasPaused, at);
    if (down === 'resume' || (down && this.#seesSomebody())) this.call.pauseCameras(!camerasPaused);
  }

  #follow(way: string | null): void {
    if (way !== null && this.#way !== null && way !== this.#way) {
      this.#up.moved();
      this.#down.moved();
    }
    this.#way = way ?? this.#way;
  }

  /** Without anybody's picture there is nothing to leave out, and nothing to tell. */
  #seesSomebody(): boolean {
    const { mediaStates } = this.call.state;
    return others(this.call.state).some(
      ({ id, connected }) => connected && mediaStates[id]?.camera !== false,
    );
  }
}
