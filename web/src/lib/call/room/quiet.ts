import type { LocalMedia, Memory } from '@openvisit/client';

const KEY = 'openvisit:quiet';

interface Was {
  microphone: boolean;
  camera: boolean;
}

/** Switches microphone and camera off for a time, and then on again what was on, also after leaving or a reload. */
export class Quiet {
  constructor(
    private readonly local: LocalMedia,
    private readonly memory: Memory,
  ) {}

  be(quiet: boolean): void {
    const was = this.#was;
    if (quiet === (was !== null)) return;
    const { microphone, camera } = was ?? this.#wished;
    if (quiet) this.memory.setItem(KEY, JSON.stringify({ microphone, camera }));
    else this.memory.removeItem(KEY);
    if (microphone) void this.local.setMicrophone(!quiet);
    if (camera) void this.local.setCamera(!quiet);
    if (quiet) this.local.stopScreen();
  }

  /** What was wished for before it was quiet; null while it is not. */
  get #was(): Was | null {
    return JSON.parse(this.memory.getItem(KEY) ?? 'null');
  }

  // What is wished for: a camera that pauses for the network's sake would come back by itself.
  get #wished(): Was {
    const { microphone, camera } = this.local.state;
    return { microphone: microphone.on, camera: camera.on };
  }
}
