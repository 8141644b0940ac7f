import type { SelfieSegmentation } from '@mediapipe/selfie_segmentation';
import script from '@mediapipe/selfie_segmentation/selfie_segmentation.js?url';
import graph from '@mediapipe/selfie_segmentation/selfie_segmentation.binarypb?url';
import model from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url';
import program from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.js?url';
import compiled from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.wasm?url';

/** All from here: the library would fetch them from wherever its own script came. */
const FILES: Record<string, string> = {
  'selfie_segmentation.binarypb': graph,
  'selfie_segmentation_landscape.tflite': model,
  'selfie_segmentation_solution_simd_wasm_bin.js': program,
  'selfie_segmentation_solution_simd_wasm_bin.wasm': compiled,
};

/** The size that the model for wide pictures looks at, in pixels. */
export const LOOK = { width: 256, height: 144 };

/** Of processors alone: as quick on one of these as by way of most graphics, and by far where there are none. */
const OPTIONS = { modelSelection: 1, useCpuInference: true };

/** Tells persons from what is behind them. */
export class Segmenter {
  #mask: CanvasImageSource | null = null;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly library: SelfieSegmentation) {
    library.onResults(({ segmentationMask }) => void (this.#mask = segmentationMask));
  }

  /** Rejects where it cannot be loaded, or the browser cannot run it. */
  static async load(): Promise<Segmenter> {
    const { SelfieSegmentation } = await bring();
    const library = new SelfieSegmentation({ locateFile: (name) => FILES[name] ?? name });
    library.setOptions(OPTIONS);
    const segmenter = new Segmenter(library);
    await library.initialize();
    return segmenter;
  }

  /** Opaque where a person is. One picture after the other; a mask is good until the next one. */
  mask(picture: HTMLCanvasElement): Promise<CanvasImageSource> {
    const mask = this.#last.then(() => this.#send(picture));
    this.#last = mask.catch(() => undefined);
    return mask;
  }

  async #send(picture: HTMLCanvasElement): Promise<CanvasImageSource> {
    await this.library.send({ image: picture });
    if (!this.#mask) throw new Error('Nothing came of the picture.');
    return this.#mask;
  }
}

type Library = { SelfieSegmentation: typeof SelfieSegmentation };

/** The library is a script that leaves its class with the page; it exports nothing. */
async function bring(): Promise<Library> {
  const page = globalThis as Partial<Library>;
  if (!page.SelfieSegmentation) await run(script);
  if (!page.SelfieSegmentation) throw new Error(`${script} brought nothing.`);
  return page as Library;
}

function run(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.src = address;
    element.onload = () => resolve();
    element.onerror = () => reject(new Error(`${address} could not be loaded.`));
    document.head.append(element);
  });
}
