/**
 * Below this a sample is nothing at all, as a share of the loudest: a room that is quiet, and of whose noise the browser
 * has taken out what it can, still gives more.
 */
const NOTHING = 1e-5;
const LONG_MS = 8000;
/** How often it is listened to, and what is heard each time, in samples: a little longer than it takes until the next time. */
const LISTEN_MS = 150;
const STRETCH = 8192;

/** Whether a microphone that is open has given nothing at all for some seconds. */
export class Silence {
  #since: number | null = null;

  /** @param loudest of the samples since the last time; null while nothing can be said of them. */
  hears(loudest: number | null, at: number): boolean {
    const nothing = loudest !== null && loudest < NOTHING;
    this.#since = nothing ? (this.#since ?? at) : null;
    return this.#since !== null && at - this.#since >= LONG_MS;
  }
}

/** Tells when a microphone falls silent, and when it is heard again; what it returns ends that. */
export function watchSilence(track: MediaStreamTrack, tell: (silent: boolean) => void): () => void {
  if (!globalThis.AudioContext) return () => undefined;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: STRETCH });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(STRETCH);
  const silence = new Silence();
  let told = false;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    // Browsers start it only after the person did something on the page; until then all samples are nothing.
    const running = context.state === 'running' && track.enabled;
    if (context.state === 'suspended') void context.resume();
    const silent = silence.hears(running ? loudest(samples) : null, performance.now());
    if (silent !== told) tell((told = silent));
  }, LISTEN_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

function loudest(samples: Float32Array): number {
  let most = 0;
  // Thousands, several times a second, also on a slow phone.
  for (const sample of samples) if (Math.abs(sample) > most) most = Math.abs(sample);
  return most;
}
