/** How loud a microphone is: 0 to 1, the same step for the same step in loudness heard. */
export class LevelMeter {
  readonly #context = new AudioContext();
  readonly #analyser = this.#context.createAnalyser();
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#analyser);
  }

  read(): number {
    // Browsers start it only after the person did something on the page, and phones interrupt it by telephone calls.
    if (this.#context.state !== 'running') this.#context.resume().catch(() => undefined);
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, it) => sum + it * it, 0) / this.#samples.length;
    const decibels = 10 * Math.log10(power + 1e-10);
    // From a quiet room (-60 dB) to loud speech (-10 dB).
    return Math.min(1, Math.max(0, (decibels + 60) / 50));
  }

  close(): void {
    void this.#context.close();
  }
}
