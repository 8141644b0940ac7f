import { expectMoving, expectSilence } from '../harness/media-assertions.ts';
import { TAKE_BACK_MS } from '../pages/participant-page.ts';
import { expect, NODES, test } from '../harness/fixtures.ts';
import { startCall, sessionOf } from '../harness/session.ts';

test('a consultation from the first click to the notes', { tag: NODES }, async ({ doctor, patient }) => {
  await test.step('the patient checks camera and microphone', async () => {
    await patient.enter();
    await expect(patient.getByTestId('preview')).toBeVisible();
    await expect(patient.getByTestId('mic-meter')).toBeVisible();
  });

  await test.step('the patient waits; the doctor is told', async () => {
    await doctor.enter();
    await doctor.join();
    await expect(doctor.getByTestId('call')).toBeVisible();
    await patient.join();
    await expect(patient.getByTestId('waiting-room')).toBeVisible();
    await expect(doctor.getByTestId('admit')).toBeVisible();
    await expect(patient.getByTestId('remote-video')).toHaveCount(0);
  });

  const visit = await test.step('admitted, both see and hear each other', async () => {
    await doctor.getByTestId('admit').click();
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    await expect(doctor.getByTestId('elapsed')).toHaveText(/\d:\d\d/);
    return sessionOf(doctor);
  });
  expect((await visit.read()).status).toBe('in_progress');

  await test.step('the doctor ends, and is out within a second; so is the patient when the way back is closed', async () => {
    await doctor.endCall();
    await Promise.all([doctor.expectOut(1000), patient.expectOut(TAKE_BACK_MS + 1000)]);
  });

  await test.step('the session stands completed, with its minutes', async () => {
    const session = await visit.read();
    expect(session).toMatchObject({ status: 'completed', outcome: 'completed', ended_by: 'practitioner' });
    expect(session.duration_seconds).toBeGreaterThan(0);
    // Whoever ends it is out at once, and it lasts as long as there is a way back.
    const wayBack = TAKE_BACK_MS / 1000;
    expect(session.attendee_seconds).toBeGreaterThanOrEqual(2 * (session.duration_seconds ?? 0) - 4 - wayBack);
  });

  await test.step('the doctor writes notes and a rating', async () => {
    await doctor.getByTestId('notes').fill('Sleeps better. Next visit in two weeks. 👍');
    await expect(doctor.getByTestId('notes-count')).toContainText('41');
    await doctor.getByTestId('star-4').click();
    await doctor.getByTestId('save-notes').click();
    await expect(doctor.getByTestId('saved')).toBeVisible();
    const session = await visit.read();
    expect(session).toMatchObject({ notes: 'Sleeps better. Next visit in two weeks. 👍', quality_rating: 4 });
  });
});

test('muted is silent, and a camera that is off leaves a card', async ({ doctor, patient }) => {
  await startCall(doctor, patient);

  await patient.getByTestId('toggle-mic').click();
  await expectSilence(doctor.page);
  await patient.getByTestId('toggle-mic').click();

  await patient.getByTestId('toggle-camera').click();
  await expect(doctor.getByTestId('name-card')).toBeVisible();
  await patient.getByTestId('toggle-camera').click();
  await expect(doctor.getByTestId('name-card')).toBeHidden();
  await doctor.expectInCallWith(patient);
});

test('a shared screen reaches the other side beside the camera', { tag: NODES }, async ({ doctor, patient }) => {
  await startCall(doctor, patient);
  await doctor.getByTestId('share-screen').click();
  await expectMoving(patient.getByTestId('remote-screen'));
  await patient.expectInCallWith(doctor);
  await doctor.getByTestId('share-screen').click();
  await expect(patient.getByTestId('remote-screen')).toHaveCount(0);
});
