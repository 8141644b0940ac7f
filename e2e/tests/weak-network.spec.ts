// Sound comes first where the network is weak, and both sides know why there is no picture.

import type { ParticipantPage } from '../pages/participant-page.ts';
import { expectSound } from '../harness/media-assertions.ts';
import { expect, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';

declare global {
  interface Window {
    weak: boolean;
    /** What was received of all pictures, in bytes, when the page last looked. */
    pictureBytes: number;
  }
}

/** Runs in the page, before the page's own code: makes the way to the server seem long while `weak` is set. */
function weaken(): void {
  window.weak = false;
  window.pictureBytes = 0;
  const original = RTCPeerConnection.prototype.getStats;
  const longer = (entry: { type: string }) =>
    entry.type === 'candidate-pair' ? { ...entry, currentRoundTripTime: 2 } : entry;
  RTCPeerConnection.prototype.getStats = async function () {
    const report = [...(await original.call(this))];
    const pictures = report.filter(([, { type, kind }]) => type === 'inbound-rtp' && kind === 'video');
    window.pictureBytes = pictures.reduce((sum, [, { bytesReceived }]) => sum + bytesReceived, 0);
    return new Map(report.map(([id, entry]) => [id, window.weak ? longer(entry) : entry])) as unknown as RTCStatsReport;
  };
}

const pictureBytes = (party: ParticipantPage) => party.page.evaluate(() => window.pictureBytes);

test('on a weak network pictures pause in both directions, both sides are told, and a click brings them back', async ({
  doctor,
  patient,
}) => {
  test.setTimeout(120_000);
  await patient.context.addInitScript(weaken);
  await startCall(doctor, patient);
  await patient.page.evaluate(() => (window.weak = true));
  await patient.getByTestId('quality').click();
  await expect(patient.getByTestId('advice')).toContainText('Weak connection');

  await test.step('no picture goes either way, and sound goes both ways', async () => {
    await expect(patient.getByTestId('saving')).toHaveAttribute('data-weak', 'both', { timeout: 20_000 });
    await expect(doctor.getByTestId('weak-other')).toContainText('Sam Lindqvist has a weak connection');
    for (const party of [doctor, patient]) await expect(party.getByTestId('name-card')).toContainText('Picture paused');
    await expectSound(doctor.page, patient.media);
    await expectSound(patient.page, doctor.media);
    const before = await pictureBytes(patient);
    // The page looks once a second; what was under way has arrived by then.
    await expect
      .poll(async () => (await pictureBytes(patient)) - before, { intervals: [3000] })
      .toBeLessThan(20_000);
  });

  await test.step('a click brings them back', async () => {
    await patient.getByTestId('show-pictures').click();
    await expect(patient.getByTestId('saving')).toHaveCount(0);
    await expect(doctor.getByTestId('weak-other')).toHaveCount(0);
    await doctor.expectInCallWith(patient);
    await patient.expectInCallWith(doctor);
  });
});
