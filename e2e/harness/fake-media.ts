// What the cameras see and the microphones hear: small files, made when the tests start, that differ from
// party to party, so that a test can tell whose picture and whose sound arrived.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';

export const WIDTH = 640;
export const HEIGHT = 360;
const FRAMES = 20;
const FRAMES_PER_SECOND = 20;
const SAMPLE_RATE = 48_000;
/** Sound comes in pulses: a browser takes an unchanging tone for noise and suppresses it. */
const PULSE_SECONDS = 0.25;

export type Colour = 'red' | 'blue' | 'green';

/** What one party shows and sounds like. */
export interface FakeMedia {
  colour: Colour;
  /** Hertz. */
  tone: number;
  /** Pictures a second, instead of few enough for a busy machine. */
  rate?: number;
  /** A still picture instead of the colour: red, green and blue of a pixel. */
  paint?: (column: number, row: number) => [number, number, number];
}

export const DOCTOR_MEDIA: FakeMedia = { colour: 'red', tone: 500 };
export const PATIENT_MEDIA: FakeMedia = { colour: 'blue', tone: 1500 };
export const GUEST_MEDIA: FakeMedia = { colour: 'green', tone: 2500 };

/** Y, Cb and Cr of a strong, not quite pure colour. */
const COLOURS: Record<Colour, [number, number, number]> = {
  red: [80, 95, 230],
  blue: [50, 230, 105],
  green: [140, 60, 50],
};

/** Writes a camera file and a microphone file, and returns the flags that make Chromium use them. */
export async function fakeMediaFlags(directory: string, media: FakeMedia): Promise<string[]> {
  const video = path.join(directory, `${media.colour}.y4m`);
  const audio = path.join(directory, `${media.tone}.wav`);
  await Promise.all([writeFile(video, y4m(media)), writeFile(audio, wav(media.tone))]);
  return [`--use-file-for-fake-video-capture=${video}`, `--use-file-for-fake-audio-capture=${audio}`];
}

/** A field of one colour with a white bar that wanders, so that a frozen picture is noticed. */
function y4m({ colour, paint, rate = FRAMES_PER_SECOND }: FakeMedia): Buffer {
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${rate}:1 Ip A1:1 C420jpeg\n`);
  const pictures = paint ? [painted(paint)] : Array.from({ length: FRAMES }, (_, at) => frame(colour, at));
  const frames = pictures.map((picture) => [Buffer.from('FRAME\n'), picture]);
  return Buffer.concat([header, ...frames.flat()]);
}

function frame(colour: Colour, at: number): Buffer {
  const barWidth = 16;
  const barLeft = Math.floor(((WIDTH - barWidth) * at) / FRAMES);
  const [y, cb, cr] = COLOURS[colour];
  const luma = Buffer.alloc(WIDTH * HEIGHT, y);
  for (let row = 0; row < HEIGHT; row++) luma.fill(235, row * WIDTH + barLeft, row * WIDTH + barLeft + barWidth);
  const quarter = (WIDTH / 2) * (HEIGHT / 2);
  return Buffer.concat([luma, Buffer.alloc(quarter, cb), Buffer.alloc(quarter, cr)]);
}

/** Full range BT.601, each colour for four pixels. */
function painted(paint: NonNullable<FakeMedia['paint']>): Buffer {
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  const [cb, cr] = [Buffer.alloc(luma.length / 4), Buffer.alloc(luma.length / 4)];
  for (let at = 0; at < luma.length; at++) {
    const [column, row] = [at % WIDTH, Math.floor(at / WIDTH)];
    const [red, green, blue] = paint(column, row);
    luma[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
    const quarter = Math.floor(row / 2) * (WIDTH / 2) + Math.floor(column / 2);
    cb[quarter] = 128 - 0.169 * red - 0.331 * green + 0.5 * blue;
    cr[quarter] = 128 + 0.5 * red - 0.419 * green - 0.081 * blue;
  }
  return Buffer.concat([luma, cb, cr]);
}

/** One second of 16 bit mono in pulses; whole periods, so that it repeats without a click. */
function wav(tone: number): Buffer {
  const samples = Buffer.alloc(SAMPLE_RATE * 2);
  for (let at = 0; at < SAMPLE_RATE; at++) {
    const seconds = at / SAMPLE_RATE;
    const sounding = Math.floor(seconds / PULSE_SECONDS) % 2 === 0;
    const value = sounding ? 0.4 * Math.sin(2 * Math.PI * tone * seconds) : 0;
    samples.writeInt16LE(Math.round(value * 32_767), at * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); // length of this part
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28); // bytes a second
  header.writeUInt16LE(2, 32); // bytes a sample
  header.writeUInt16LE(16, 34); // bits a sample
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
