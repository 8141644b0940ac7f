import type { Dressed, Effect } from '@openvisit/client';
import { Pace } from './pace';
import { LOOK, Segmenter } from './segmenter';

/** Pixels of the longer side: no more than the camera is asked for. */
const MOST = 1280;
/** A background of so few pixels shows light and colours, and nothing that could be read. */
const COARSE = { width: 32, height: 18 };
const FRAMES_PER_SECOND = 30;

/** Blurs what is behind a person. */
export class Blur implements Effect {
  private constructor(private readonly segmenter: Segmenter) {}

  static async load(): Promise<Blur> {
    return new Blur(await Segmenter.load());
  }

  async apply(camera: MediaStreamTrack, tooSlow: () => void): Promise<Dressed> {
    const video = document.createElement('video');
    Object.assign(video, { srcObject: new MediaStream([camera]), muted: true, playsInline: true });
    await video.play();
    const picture = new Picture(video, this.segmenter);
    const pace = new Pace();
    const ticker = new Worker(new URL('./ticker.ts', import.meta.url), { type: 'module' });
    const stop = () => {
      ticker.terminate();
      video.srcObject = null;
    };
    // Nothing is given before it is blurred.
    await picture.draw();
    ticker.onmessage = ({ data: due }: MessageEvent<number>) =>
      void picture.draw().then((drawn) => {
        const done = performance.timeOrigin + performance.now();
        if (drawn && pace.frame(due, done)) tooSlow();
      }, tooSlow);
    return { track: picture.track, stop };
  }
}

/** One camera's frames with their background blurred. */
class Picture {
  readonly track: MediaStreamTrack;
  /** The frame at work: the camera's next one has come when its mask is done. */
  readonly #frame: CanvasRenderingContext2D;
  readonly #result: CanvasRenderingContext2D;
  readonly #look = surface(LOOK);
  readonly #coarse = surface(COARSE);
  #at = -1;
  #busy = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly segmenter: Segmenter,
  ) {
    this.#frame = surface(sizeOf(video));
    this.#result = surface(sizeOf(video));
    const [track] = this.#result.canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks();
    if (!track) throw new Error('This browser makes no picture of a canvas.');
    this.track = track;
  }

  /** False where there was nothing to do: the camera gave no other frame, or the last one is not done. */
  async draw(): Promise<boolean> {
    if (this.#busy || this.video.currentTime === this.#at) return false;
    this.#busy = true;
    this.#at = this.video.currentTime;
    try {
      this.#put(await this.segmenter.mask(this.#looked()));
      return true;
    } finally {
      this.#busy = false;
    }
  }

  #looked(): HTMLCanvasElement {
    fit(this.#frame, sizeOf(this.video));
    fill(this.#frame, this.video);
    fill(this.#look, this.#frame.canvas);
    fill(this.#coarse, this.#look.canvas);
    return this.#look.canvas;
  }

  /** The person as they are, and behind them what is left of the rest. */
  #put(mask: CanvasImageSource): void {
    fit(this.#result, this.#frame.canvas);
    this.#over('copy', mask);
    this.#over('source-in', this.#frame.canvas);
    this.#over('destination-over', this.#coarse.canvas);
  }

  #over(how: GlobalCompositeOperation, image: CanvasImageSource): void {
    this.#result.globalCompositeOperation = how;
    fill(this.#result, image);
  }
}

/** Takes another size only where there is one, as a phone is turned: it would be emptied. */
function fit({ canvas }: CanvasRenderingContext2D, { width, height }: Size): void {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}

function fill(surface: CanvasRenderingContext2D, image: CanvasImageSource): void {
  surface.drawImage(image, 0, 0, surface.canvas.width, surface.canvas.height);
}

interface Size {
  width: number;
  height: number;
}

function sizeOf({ videoWidth, videoHeight }: HTMLVideoElement): Size {
  const scale = Math.min(1, MOST / Math.max(videoWidth, videoHeight));
  return { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) };
}

function surface(size: Size): CanvasRenderingContext2D {
  const context = Object.assign(document.createElement('canvas'), size).getContext('2d');
  if (!context) throw new Error('This browser draws nothing.');
  context.imageSmoothingQuality = 'high';
  return context;
}
