import { expect, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';

test('the patient ends: both are out within a second', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  await patient.endCall();
  await Promise.all([doctor.expectOut(1000), patient.expectOut(1000)]);
  expect(await session.read()).toMatchObject({ status: 'completed', ended_by: 'client' });
});

test('both end at the same time: one end, nobody stays inside', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  // Both buttons are at hand before either is pressed: the end that one of them brings about takes the other's away.
  await Promise.all([doctor, patient].map((party) => party.getByTestId('hang-up').click()));
  const buttons = await Promise.all([doctor, patient].map((party) => party.getByTestId('end-call').elementHandle()));
  await Promise.all(buttons.map((button) => button?.evaluate((end) => (end as HTMLElement).click())));
  await Promise.all([doctor.expectOut(1000), patient.expectOut(1000)]);
  expect((await session.read()).status).toBe('completed');
});

test('ending while the server is gone still frees the user', async ({ doctor, patient, server }) => {
  const session = await startCall(doctor, patient);
  await server.kill();
  await doctor.endCall();
  await doctor.expectOut(5000);

  // The page goes on telling the server, and the patient learns it as soon as it is back.
  await server.start();
  await patient.expectOut(10_000);
  expect(await session.read()).toMatchObject({ status: 'completed', ended_by: 'practitioner' });
});

test('who leaves may come back; the other stays inside', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  await patient.leaveCall();
  await expect(patient.getByTestId('left')).toBeVisible();
  await expect.poll(() => patient.liveTracks()).toBe(0);
  await expect(doctor.getByTestId('name-card')).toBeVisible();
  expect((await session.read()).status).toBe('in_progress');

  await patient.getByTestId('rejoin').click();
  await patient.enterAgain();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
});
