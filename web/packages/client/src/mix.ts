/** A browser that does not let sound begin leaves it so for ever. */
const PATIENCE_MS = 1000;

/**
 * The microphone and the sound of what is shared in one: no provider carries more than one sound of a person, and the
 * embedded server neither.
 */
export class Mix {
  readonly #output: MediaStreamAudioDestinationNode;
  #microphone: MediaStreamAudioSourceNode | null = null;

  readonly #context: AudioContext;

  private constructor(context: AudioContext, shared: MediaStreamTrack) {
    this.#context = context;
    this.#output = context.createMediaStreamDestination();
    context.createMediaStreamSource(new MediaStream([shared])).connect(this.#output);
  }

  /** Null where the browser does not let sound begin: nobody's voice is to be lost in it. */
  static async of(shared: MediaStreamTrack): Promise<Mix | null> {
    if (!globalThis.AudioContext) return null;
    const context = new AudioContext();
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    await Promise.race([context.resume().catch(() => undefined), late]);
    if (context.state === 'running') return new Mix(context, shared);
    void context.close();
    return null;
  }

  get track(): MediaStreamTrack | null {
    return this.#output.stream.getAudioTracks()[0] ?? null;
  }

  /** Another microphone, or none. */
  speakInto(microphone: MediaStreamTrack | null): void {
    this.#microphone?.disconnect();
    this.#microphone = microphone
      ? this.#context.createMediaStreamSource(new MediaStream([microphone]))
      : null;
    this.#microphone?.connect(this.#output);
  }

  close(): void {
    void this.#context.close();
  }
}
