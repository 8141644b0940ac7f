import type { LocalMedia } from '@openvisit/client';

/** Switches microphone and camera off for a time, and then on again what was on. */
export class Quiet {
  #was: { microphone: boolean; camera: boolean } | null = null;

  constructor(private readonly local: LocalMedia) {}

  be(quiet: boolean): void {
    if (quiet === (this.#was !== null)) return;
    // What is wished for: a camera that pauses for the network's sake would come back by itself.
    const { microphone, camera } = this.#was ?? this.#wished;
    this.#was = quiet ? { microphone, camera } : null;
    if (microphone) void this.local.setMicrophone(!quiet);
    if (camera) void this.local.setCamera(!quiet);
    if (quiet) this.local.stopScreen();
  }

  get #wished(): { microphone: boolean; camera: boolean } {
    const { microphone, camera } = this.local.state;
    return { microphone: microphone.on, camera: camera.on };
  }
}
