import type { LocalMedia } from '@openvisit/client';

/** Switches microphone and camera off for a time, and then on again what was on. */
export class Quiet {
  #was: { microphone: boolean; camera: boolean } | null = null;

  constructor(private readonly local: LocalMedia) {}

  be(quiet: boolean): void {
    if (quiet === (this.#was !== null)) return;
    const { microphone, camera } = this.#was ?? this.local.sending;
    this.#was = quiet ? { microphone, camera } : null;
    if (microphone) void this.local.setMicrophone(!quiet);
    if (camera) void this.local.setCamera(!quiet);
    if (quiet) this.local.stopScreen();
  }
}
