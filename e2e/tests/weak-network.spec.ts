// Sound comes first where the network is weak, and both sides know why there is no picture.

import type { ParticipantPage } from '../pages/participant-page.ts';
import { expectSound } from '../harness/media-assertions.ts';
import { expect, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';

declare global {
  interface Window {
    weak: boolean;
    /** What had been received of all pictures, in bytes, whenever the page looked. */
    looks: { at: number; bytes: number }[];
  }
}

/** Runs in the page, before the page's own code: makes the way to the server seem long while `weak` is set. */
function weaken(): void {
  window.weak = false;
  window.looks = [];
  const original = RTCPeerConnection.prototype.getStats;
  const longer = (entry: { type: string }) =>
    entry.type === 'candidate-pair' ? { ...entry, currentRoundTripTime: 2 } : entry;
  RTCPeerConnection.prototype.getStats = async function () {
    const report = [...(await original.call(this))];
    const pictures = report.filter(([, { type, kind }]) => type === 'inbound-rtp' && kind === 'video');
    const bytes = pictures.reduce((sum, [, { bytesReceived }]) => sum + bytesReceived, 0);
    window.looks.push({ at: performance.now(), bytes });
    return new Map(report.map(([id, entry]) => [id, window.weak ? longer(entry) : entry])) as unknown as RTCStatsReport;
  };
}

/** Milliseconds in which a picture that goes on is noticed for sure. */
const STRETCH_MS = 3000;
/** Bytes a second: far less than a picture that moves, more than what keeps a connection open. */
const PAUSED = 2000;

/** Bytes of pictures a second, from now on until the page has looked for a while. */
async function pictureRate({ page }: ParticipantPage): Promise<number> {
  const measured = await page.waitForFunction(
    ([since, stretch]) => {
      const looks = window.looks.filter(({ at }) => at >= since);
      const [first, last] = [looks.at(0), looks.at(-1)];
      if (!first || !last || last.at - first.at < stretch) return null;
      return { rate: ((last.bytes - first.bytes) * 1000) / (last.at - first.at) };
    },
    [await page.evaluate(() => performance.now()), STRETCH_MS] as const,
    { polling: 100 },
  );
  return (await measured.jsonValue())?.rate ?? NaN;
}

test('on a weak network pictures pause in both directions, both sides are told, and a click brings them back', async ({
  doctor,
  patient,
}) => {
  await patient.context.addInitScript(weaken);
  await startCall(doctor, patient);
  expect(await pictureRate(patient), 'bytes of pictures a second').toBeGreaterThan(PAUSED);
  await patient.page.evaluate(() => (window.weak = true));
  await patient.getByTestId('quality').click();
  await expect(patient.getByTestId('advice')).toContainText('Weak connection');

  await test.step('no picture goes either way, and sound goes both ways', async () => {
    await expect(patient.getByTestId('saving')).toHaveAttribute('data-weak', 'both');
    await expect(doctor.getByTestId('weak-other')).toContainText('Sam Lindqvist has a weak connection');
    for (const party of [doctor, patient]) await expect(party.getByTestId('name-card')).toContainText('Video paused');
    await expectSound(doctor.page, patient.media);
    await expectSound(patient.page, doctor.media);
    // What was under way may still arrive in the first stretch.
    await expect.poll(() => pictureRate(patient), { message: 'bytes of pictures a second' }).toBeLessThan(PAUSED);
  });

  await test.step('a click brings them back', async () => {
    await patient.getByTestId('show-pictures').click();
    await expect(patient.getByTestId('saving')).toHaveCount(0);
    await expect(doctor.getByTestId('weak-other')).toHaveCount(0);
    await doctor.expectInCallWith(patient);
    await patient.expectInCallWith(doctor);
  });
});
