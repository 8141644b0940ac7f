// What blurring the background costs in the lobby: frames a second of the own picture, and processor time of the browser.

import { launch } from '../harness/browser.ts';
import { PATIENT_MEDIA } from '../harness/fake-media.ts';
import { expect, test as base } from '../harness/fixtures.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import { print } from './figures.ts';

const STRETCHES = 5;
const STRETCH_SECONDS = 10;

const test = base.extend<object, { patientBrowser: Awaited<ReturnType<typeof launch>> }>({
  patientBrowser: [
    async ({}, use) => {
      const browser = await launch({ ...PATIENT_MEDIA, rate: 30 });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
});

test('blur in the lobby, against none', async ({ patient }) => {
  await patient.enter();
  await patient.page.locator('summary', { hasText: 'Change devices' }).click();
  await expect.poll(() => patient.liveTracks()).toBe(2);
  const plain = await stretches(patient);
  await patient.getByTestId('blur').getByRole('switch').click();
  await expect(patient.getByTestId('blur')).toHaveAttribute('data-state', 'on');
  // The first seconds are those in which everything is compiled.
  await stretch(patient);
  const blurred = await stretches(patient);
  for (const [name, measured] of Object.entries({ plain, blurred })) {
    print(`${name}: frames a second`, measured.map((it) => it.frames), '');
    print(`${name}: processor time of the browser`, measured.map((it) => it.core), '% of a core');
  }
});

interface Stretch {
  frames: number;
  core: number;
}

async function stretches(party: ParticipantPage): Promise<Stretch[]> {
  const all: Stretch[] = [];
  while (all.length < STRETCHES) all.push(await stretch(party));
  return all;
}

async function stretch(party: ParticipantPage): Promise<Stretch> {
  const before = await processorSeconds(party);
  const frames = await party.getByTestId('preview').evaluate(countFrames, STRETCH_SECONDS * 1000);
  const spent = (await processorSeconds(party)) - before;
  return { frames: frames / STRETCH_SECONDS, core: (100 * spent) / STRETCH_SECONDS };
}

/** In the page: frames that a video has shown in so many milliseconds. */
function countFrames(video: SVGElement | HTMLElement, milliseconds: number): Promise<number> {
  const frames = () => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames;
  const before = frames();
  return new Promise((resolve) => setTimeout(() => resolve(frames() - before), milliseconds));
}

/** Of all the browser's processes together. */
async function processorSeconds({ context }: ParticipantPage): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  if (!session) throw new Error('no browser');
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
