import { launch } from '../harness/browser.ts';
import { PATIENT } from '../harness/footage.ts';
import { Party } from '../harness/party.ts';
import { expectPicture, expectSound } from '../harness/senses.ts';
import { expect, test } from '../harness/test.ts';

test('without camera and microphone one still joins, sees and hears', async ({ doctor, server }) => {
  const browser = await launch(PATIENT, 'deny');
  const patient = await Party.arrive(browser, 'patient', PATIENT, server);
  await patient.enter();
  await expect(patient.see('device-trouble').first()).toBeVisible();
  await patient.join();
  await expect(patient.see('waiting-room')).toBeVisible();

  await doctor.enter();
  await doctor.join();
  await doctor.see('admit').click();
  await expect(patient.see('call')).toBeVisible();
  await expectPicture(patient.see('remote-video'), doctor.look.colour);
  await expectSound(patient.page, doctor.look);
  await expect(doctor.see('name-card')).toBeVisible();
  await browser.close();
});

test('who is turned away does not get in', async ({ doctor, patient }) => {
  await Promise.all([doctor.enter(), patient.enter()]);
  await doctor.join();
  await expect(doctor.see('call')).toBeVisible();
  await patient.join();
  await doctor.see('deny').click();
  await expect(patient.see('turned_away')).toBeVisible();
  expect(await patient.liveTracks()).toBe(0);
  await expect(patient.see('call')).toHaveCount(0);
});

test('a doctor at the list of the day is told who waits, and lets them in from there', async ({ doctor, patient }) => {
  await doctor.enter();
  await doctor.page.goto('/today');
  await patient.enter();
  await patient.join();
  await expect(patient.see('waiting-room')).toBeVisible();
  await expect(doctor.see('admit')).toBeVisible();

  const place = patient.page.url();
  await patient.page.goto('about:blank');
  await expect(doctor.see('admit'), 'nobody waits who has gone').toHaveCount(0);
  await patient.page.goto(place);
  await expect(patient.see('waiting-room')).toBeVisible();
  await doctor.see('admit').click();
  await expect(patient.see('call')).toBeVisible();

  await doctor.see('appointment-row').getByTestId('join').first().click();
  await doctor.enterAgain();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
});
