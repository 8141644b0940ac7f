import { FirefoxPage } from '../pages/firefox-page.ts';
import { PATIENT_MEDIA } from '../harness/fake-media.ts';
import { expectMoving, expectSilence, expectSound } from '../harness/media-assertions.ts';
import { expect } from '../harness/fixtures.ts';
import { withRoad as base } from '../harness/networks.ts';
import { OUTWARD } from '../harness/road.ts';
import { sessionOf } from '../harness/session.ts';

const test = base.extend<{ firefox: FirefoxPage }>({
  firefox: async ({ server }, use) => {
    const patient = await FirefoxPage.launch(PATIENT_MEDIA, server);
    await use(patient);
    await patient.close();
    expect(patient.pageErrors).toEqual([]);
  },
});

test.use({ address: OUTWARD });

test('a patient in Firefox and a doctor in Chromium see and hear each other', async ({ doctor, firefox: patient, road }) => {
  await test.step('the patient waits and is admitted', async () => {
    await patient.open('/');
    await patient.click('enter-patient');
    await patient.waitForTestId('mic-meter');
    await patient.click('join');
    await patient.waitForTestId('waiting-room');
    await doctor.enter();
    await doctor.join();
    await doctor.getByTestId('admit').click();
  });

  await test.step('each sees the other move, and hears the other', async () => {
    await patient.waitForTestId('remote-video');
    const before = await patient.shownFrames();
    await expect.poll(() => patient.shownFrames(), { message: 'frames in Firefox' }).toBeGreaterThan(before + 10);
    const heard = await patient.heardEnergy();
    await expect.poll(() => patient.heardEnergy(), { message: 'sound in Firefox' }).toBeGreaterThan(heard + 0.05);
    await expectMoving(doctor.getByTestId('remote-video'));
    await expectSound(doctor.page, PATIENT_MEDIA);
  });

  await test.step('muted in Firefox is silent in Chromium', async () => {
    await patient.click('toggle-mic');
    await expectSilence(doctor.page);
    await patient.click('toggle-mic');
    await expectSound(doctor.page, PATIENT_MEDIA);
  });

  await test.step('datagrams that are blocked: it goes on by TCP', async () => {
    const before = await patient.heardEnergy();
    road.udp = false;
    await expect.poll(() => road.carried.tcp, { message: 'bytes by TCP' }).toBeGreaterThan(100_000);
    await expect.poll(() => patient.heardEnergy(), { message: 'sound in Firefox' }).toBeGreaterThan(before + 0.1);
    await expectMoving(doctor.getByTestId('remote-video'));
    await expectSound(doctor.page, PATIENT_MEDIA);
  });

  await test.step('one end, for both', async () => {
    const session = await sessionOf(doctor);
    await doctor.endCall();
    await doctor.expectOut(2000);
    await patient.waitForTestId('session-ended');
    expect(await session.read()).toMatchObject({ status: 'completed', ended_by: 'practitioner' });
  });
});
