// Assertions about what a page shows and plays: as a person in front of it would see and hear it.

import { expect, type Locator, type Page } from '@playwright/test';

import type { Colour, FakeMedia } from './fake-media.ts';

/** Strictly more than compression and scaling do to a colour. */
const COLOUR_MARGIN = 40;
/** Hertz; browsers and codecs shift a tone by less. */
const TONE_TOLERANCE = 50;
/** Milliseconds between two looks at what is about to change. */
const INTERVALS = [50, 100, 200];
/** Of 255, from one pixel to the next: at the edges of the bar that wanders through our pictures, or of what is left of them. */
const SHARP = 60;
const SOFT = 30;

/** Waits until the element's video shows this colour, and moves. */
export async function expectPicture(video: Locator, colour: Colour): Promise<void> {
  await expect.poll(() => dominantColour(video), { message: `a ${colour} picture`, intervals: INTERVALS }).toBe(colour);
  await expectMoving(video);
}

/** Waits until the element's video moves. */
export async function expectMoving(video: Locator): Promise<void> {
  await expect(video).toBeVisible();
  const before = await shownFrames(video);
  await expect.poll(() => shownFrames(video), { message: 'a moving picture', intervals: INTERVALS }).toBeGreaterThan(before + 2);
}

/** Waits until the element's video shows this colour, and moves, without an edge in it. */
export async function expectBlurred(video: Locator, colour: Colour): Promise<void> {
  await expectPicture(video, colour);
  await expect.poll(() => largestStep(video), { message: 'a blurred picture', intervals: INTERVALS }).toBeLessThan(SOFT);
}

/** Waits until the element's video shows an edge. */
export async function expectSharp(video: Locator): Promise<void> {
  await expect.poll(() => largestStep(video), { message: 'a sharp picture', intervals: INTERVALS }).toBeGreaterThan(SHARP);
}

/** Waits until what the page plays aloud is this party's tone. */
export async function expectSound(page: Page, media: FakeMedia): Promise<void> {
  const near = (tone: number | null) => tone !== null && Math.abs(tone - media.tone) <= TONE_TOLERANCE;
  const heard = async () => near(await loudestTone(page));
  await expect.poll(heard, { message: `a tone of ${media.tone} Hz`, intervals: INTERVALS }).toBe(true);
}

/** Waits until the page plays nothing that could be heard. */
export async function expectSilence(page: Page): Promise<void> {
  await expect.poll(() => loudestTone(page), { message: 'silence', intervals: INTERVALS }).toBeNull();
}

/** The colour that the video's present picture mostly has; null without a picture. */
export async function dominantColour(video: Locator): Promise<Colour | null> {
  const [red, green, blue] = await averageColour(video);
  if (red > Math.max(green, blue) + COLOUR_MARGIN) return 'red';
  if (green > Math.max(red, blue) + COLOUR_MARGIN) return 'green';
  if (blue > Math.max(red, green) + COLOUR_MARGIN) return 'blue';
  return null;
}

async function averageColour(video: Locator): Promise<[number, number, number]> {
  return video.evaluate((element) => {
    const video = element.matches('video') ? (element as HTMLVideoElement) : element.querySelector('video');
    if (!video || video.videoWidth === 0) return [0, 0, 0];
    const canvas = document.createElement('canvas');
    canvas.width = 32;
    canvas.height = 18;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return [0, 0, 0];
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const sums: [number, number, number] = [0, 0, 0];
    pixels.forEach((value, at) => {
      if (at % 4 < 3) sums[at % 4] = (sums[at % 4] ?? 0) + value / (pixels.length / 4);
    });
    return sums;
  });
}

/** How much brighter or darker a pixel is than its neighbour, at most, in a line through the middle. */
async function largestStep(video: Locator): Promise<number> {
  return video.evaluate((element) => {
    const video = element.matches('video') ? (element as HTMLVideoElement) : element.querySelector('video');
    if (!video || video.videoWidth === 0) return NaN;
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(video, 0, 0, canvas.width, canvas.height);
    const line = context?.getImageData(0, canvas.height / 2, canvas.width, 1).data ?? [];
    const steps = Array.from(line, (value, at) => (at < 4 ? 0 : Math.abs(value - (line[at - 4] ?? value))));
    return Math.max(...steps);
  });
}

async function shownFrames(video: Locator): Promise<number> {
  return video.evaluate((element) => {
    const video = element.matches('video') ? (element as HTMLVideoElement) : element.querySelector('video');
    return video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  });
}

/**
 * The strongest frequency in what the page plays, in hertz; null for silence. It is looked for in one stretch that is
 * longer than the pulses and pauses of our microphones, and whose end is known by the clock of the sound itself: a
 * busy machine makes no holes in it.
 */
async function loudestTone(page: Page): Promise<number | null> {
  return page.evaluate(async () => {
    const players = [...document.querySelectorAll<HTMLMediaElement>('video, audio')];
    const audible = players.filter((player) => !player.muted && !player.paused && player.volume > 0);
    const streams = audible.map((player) => player.srcObject).filter((source) => source instanceof MediaStream);
    const tracks = streams.flatMap((stream) => stream.getAudioTracks()).filter((track) => track.readyState === 'live');
    if (tracks.length === 0) return null;
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 32_768, smoothingTimeConstant: 0 });
    tracks.forEach((track) => context.createMediaStreamSource(new MediaStream([track])).connect(analyser));
    await context.resume();
    const heardAll = context.currentTime + (analyser.fftSize * 1.05) / context.sampleRate;
    while (context.currentTime < heardAll) await new Promise((resume) => setTimeout(resume, 20));
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    const best = { level: -60, bin: -1 };
    levels.forEach((level, bin) => {
      if (level > best.level) Object.assign(best, { level, bin });
    });
    const width = context.sampleRate / analyser.fftSize;
    await context.close();
    return best.bin < 0 ? null : best.bin * width;
  });
}
