import { FirefoxParty } from '../harness/firefox.ts';
import { PATIENT } from '../harness/footage.ts';
import { expectMoving, expectSilence, expectSound } from '../harness/senses.ts';
import { expect, test as base } from '../harness/test.ts';
import { visitOf } from '../harness/visit.ts';

const test = base.extend<{ firefox: FirefoxParty }>({
  firefox: async ({ server }, use) => {
    const patient = await FirefoxParty.arrive(PATIENT, server);
    await use(patient);
    await patient.leave();
    expect(patient.pageErrors).toEqual([]);
  },
});

test('a patient in Firefox and a doctor in Chromium see and hear each other', async ({ doctor, firefox: patient }) => {
  await test.step('the patient waits and is admitted', async () => {
    await patient.open('/');
    await patient.click('enter-patient');
    await patient.see('mic-meter');
    await patient.click('join');
    await patient.see('waiting-room');
    await doctor.enter();
    await doctor.join();
    await doctor.see('admit').click();
  });

  await test.step('each sees the other move, and hears the other', async () => {
    await patient.see('remote-video');
    const before = await patient.shownFrames();
    await expect.poll(() => patient.shownFrames(), { message: 'frames in Firefox' }).toBeGreaterThan(before + 10);
    const heard = await patient.heardEnergy();
    await expect.poll(() => patient.heardEnergy(), { message: 'sound in Firefox' }).toBeGreaterThan(heard + 0.05);
    await expectMoving(doctor.see('remote-video'));
    await expectSound(doctor.page, PATIENT);
  });

  await test.step('muted in Firefox is silent in Chromium', async () => {
    await patient.click('toggle-mic');
    await expectSilence(doctor.page);
    await patient.click('toggle-mic');
    await expectSound(doctor.page, PATIENT);
  });

  await test.step('one end, for both', async () => {
    const visit = await visitOf(doctor);
    await doctor.endCall();
    await doctor.expectOut(2000);
    await patient.see('session-ended');
    expect(await visit.now()).toMatchObject({ status: 'completed', ended_by: 'practitioner' });
  });
});
