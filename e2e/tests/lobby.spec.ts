import { launch } from '../harness/browser.ts';
import { PATIENT_MEDIA } from '../harness/fake-media.ts';
import { ParticipantPage } from '../pages/participant-page.ts';
import { expectPicture, expectSound } from '../harness/media-assertions.ts';
import { expect, test } from '../harness/fixtures.ts';

test('without camera and microphone one still joins, sees and hears', async ({ doctor, server }) => {
  const browser = await launch(PATIENT_MEDIA, 'deny');
  const patient = await ParticipantPage.open(browser, 'patient', PATIENT_MEDIA, server);
  await patient.enter();
  await expect(patient.getByTestId('device-trouble').first()).toBeVisible();
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();

  await doctor.enter();
  await doctor.join();
  await doctor.getByTestId('admit').click();
  await expect(patient.getByTestId('call')).toBeVisible();
  await expectPicture(patient.getByTestId('remote-video'), doctor.media.colour);
  await expectSound(patient.page, doctor.media);
  await expect(doctor.getByTestId('name-card')).toBeVisible();
  await browser.close();
});

test('who is turned away does not get in', async ({ doctor, patient }) => {
  await Promise.all([doctor.enter(), patient.enter()]);
  await doctor.join();
  await expect(doctor.getByTestId('call')).toBeVisible();
  await patient.join();
  await doctor.getByTestId('deny').click();
  await expect(patient.getByTestId('turned_away')).toBeVisible();
  expect(await patient.liveTracks()).toBe(0);
  await expect(patient.getByTestId('call')).toHaveCount(0);
});

test('a doctor at the list of the day is told who waits, and lets them in from there', async ({ doctor, patient }) => {
  await doctor.enter();
  await doctor.page.goto('/today');
  await patient.enter();
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  await expect(doctor.getByTestId('admit')).toBeVisible();

  const place = patient.page.url();
  await patient.page.goto('about:blank');
  await expect(doctor.getByTestId('admit'), 'nobody waits who has gone').toHaveCount(0);
  await patient.page.goto(place);
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  await doctor.getByTestId('admit').click();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
});
