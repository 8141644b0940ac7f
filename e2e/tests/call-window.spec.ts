// The call in a window of its own, over the whole screen, and beyond its time.

import { Account } from '../harness/api.ts';
import { type ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';
import { expectMoving } from '../harness/media-assertions.ts';
import { expect, test } from '../harness/fixtures.ts';
import { joinCall, sessionOf, startCall } from '../harness/session.ts';

// Then a call closes with its booked time.
test.use({ settings: { OPENVISIT_OVERRUN_SECONDS: '0' } });

declare global {
  interface Window {
    documentPictureInPicture: { window: Window | null };
  }
}

async function choose(party: ParticipantPage, testId: string): Promise<void> {
  await party.getByTestId('more').click();
  await party.getByTestId(testId).click();
}

/** Runs in the page, before the page's own code: a browser that can only float pictures. */
function floatNoDocuments(): void {
  Reflect.deleteProperty(window, 'documentPictureInPicture');
}

test('the other stays in sight beside other windows, and fills the screen', async ({ doctor, patient }) => {
  await patient.context.addInitScript(floatNoDocuments);
  await startCall(doctor, patient);

  await test.step('in a small window with the microphone', async () => {
    const [small] = await Promise.all([doctor.context.waitForEvent('page'), choose(doctor, 'float')]);
    await expectMoving(small.locator('video'));
    await small.getByRole('button', { name: 'Microphone' }).click();
    await expect(doctor.getByTestId('toggle-mic')).toHaveAttribute('aria-pressed', 'false');
    expect(await doctor.page.evaluate(() => window.documentPictureInPicture.window !== null)).toBe(true);
  });

  await test.step('as a picture, where the browser floats no more than that', async () => {
    await choose(patient, 'float');
    const floating = () => patient.page.evaluate(() => document.pictureInPictureElement?.getAttribute('data-testid'));
    await expect.poll(floating).toBe('remote-video');
  });

  await test.step('over the whole screen, and back by the same item', async () => {
    const whole = () => doctor.page.evaluate(() => document.fullscreenElement?.getAttribute('data-testid') ?? null);
    await choose(doctor, 'full-screen');
    await expect.poll(whole).toBe('call');
    await expect(doctor.getByTestId('end-call')).toBeInViewport({ ratio: 1 });
    await choose(doctor, 'full-screen');
    await expect.poll(whole).toBeNull();
  });

  await test.step('nothing floats on when the call is over', async () => {
    await doctor.endCall();
    await Promise.all([doctor.expectOut(2000), patient.expectOut(TAKE_BACK_MS + 2000)]);
    expect(await doctor.page.evaluate(() => window.documentPictureInPicture.window)).toBeNull();
    expect(await patient.page.evaluate(() => document.pictureInPictureElement)).toBeNull();
  });
});

test('both are told when the call closes, and the practitioner puts it off', async ({ doctor, patient, server }) => {
  await Promise.all([doctor.enter(), patient.enter()]);
  const { appointment_id } = await (await sessionOf(doctor)).read();
  const account = await Account.logIn(server, 'doctor');
  const began = new Date(Date.now() - 5 * 60_000 + 4000).toISOString();
  await account.patch(`/appointments/${appointment_id}`, { starts_at: began, duration_minutes: 5 });
  // However long this takes: who is in the lobby comes in also when the time is over.
  await joinCall(doctor, patient);
  for (const party of [doctor, patient]) await expect(party.getByTestId('overrun')).toContainText(/ends automatically in \d+ minutes/);
  await expect(patient.getByTestId('extend')).toHaveCount(0);
  await doctor.getByTestId('extend').click();
  for (const party of [doctor, patient]) await expect(party.getByTestId('overrun')).toHaveCount(0);
});
