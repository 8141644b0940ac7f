import { expectMoving, expectSilence } from '../harness/senses.ts';
import { expect, test } from '../harness/test.ts';
import { meet, visitOf } from '../harness/visit.ts';

test('a consultation from the first click to the notes', async ({ doctor, patient }) => {
  await test.step('the patient checks camera and microphone', async () => {
    await patient.enter();
    await expect(patient.see('preview')).toBeVisible();
    await expect(patient.see('mic-meter')).toBeVisible();
  });

  await test.step('the patient waits; the doctor is told', async () => {
    await doctor.enter();
    await doctor.join();
    await expect(doctor.see('call')).toBeVisible();
    await patient.join();
    await expect(patient.see('waiting-room')).toBeVisible();
    await expect(doctor.see('admit')).toBeVisible();
    await expect(patient.see('remote-video')).toHaveCount(0);
  });

  const visit = await test.step('admitted, both see and hear each other', async () => {
    await doctor.see('admit').click();
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    await expect(doctor.see('elapsed')).toHaveText(/\d:\d\d/);
    return visitOf(doctor);
  });
  expect((await visit.now()).status).toBe('in_progress');

  await test.step('the doctor ends; both are out within a second', async () => {
    await doctor.endCall();
    await Promise.all([doctor.expectOut(1000), patient.expectOut(1000)]);
  });

  await test.step('the session stands completed, with its minutes', async () => {
    const session = await visit.now();
    expect(session).toMatchObject({ status: 'completed', outcome: 'completed', ended_by: 'practitioner' });
    expect(session.duration_seconds).toBeGreaterThan(0);
    expect(session.attendee_seconds).toBeGreaterThanOrEqual(2 * (session.duration_seconds ?? 0) - 4);
  });

  await test.step('the doctor writes notes and a rating', async () => {
    await doctor.see('notes').fill('Sleeps better. Next visit in two weeks. 👍');
    await expect(doctor.see('notes-count')).toContainText('41');
    await doctor.see('star-4').click();
    await doctor.see('save-notes').click();
    await expect(doctor.see('saved')).toBeVisible();
    const session = await visit.now();
    expect(session).toMatchObject({ notes: 'Sleeps better. Next visit in two weeks. 👍', quality_rating: 4 });
  });
});

test('muted is silent, and a camera that is off leaves a card', async ({ doctor, patient }) => {
  await meet(doctor, patient);

  await patient.see('toggle-mic').click();
  await expectSilence(doctor.page);
  await patient.see('toggle-mic').click();

  await patient.see('toggle-camera').click();
  await expect(doctor.see('name-card')).toBeVisible();
  await patient.see('toggle-camera').click();
  await expect(doctor.see('name-card')).toBeHidden();
  await doctor.expectInCallWith(patient);
});

test('a shared screen reaches the other side beside the camera', async ({ doctor, patient }) => {
  await meet(doctor, patient);
  await doctor.see('share-screen').click();
  await expectMoving(patient.see('remote-screen'));
  await patient.expectInCallWith(doctor);
  await doctor.see('share-screen').click();
  await expect(patient.see('remote-screen')).toHaveCount(0);
});
