import type { Call, LocalMedia, Quality } from '@openvisit/client';
import { AudioFirst } from './audio-first';

const LOOK_MS = 2000;

/** Looks at the connection for as long as the page shows the call, and puts sound first on a weak one. */
export class WeakNetwork {
  quality = $state.raw<Quality>({ level: 'unknown', roundTrip: null, loss: null, upload: null });
  readonly #decider = new AudioFirst();

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

  /** The person wants the own picture all the same. */
  overrule(): void {
    this.#decider.overrule(performance.now());
    void this.local.setCamera(true);
  }

  async #look(): Promise<void> {
    this.quality = await this.call.quality();
    const { saving } = this.local.state;
    const step = this.#decider.look(this.quality.level, saving, performance.now());
    if (step) void this.local.saveNetwork(step === 'save');
  }
}
