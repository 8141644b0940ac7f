import { TAKE_BACK_MS } from '../pages/participant-page.ts';
import { expect, NODES, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';

test('one click ends: its giver is out within a second, the other when the way back is closed', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  await patient.endCall();
  await patient.expectOut(1000);
  await expect(patient.page.getByRole('heading', { name: 'Session ended' })).toBeFocused();
  await doctor.expectOut(TAKE_BACK_MS + 1000);
  await expect(patient.getByTestId('way-back')).toHaveCount(0);
  expect(await session.read()).toMatchObject({ status: 'completed', ended_by: 'client' });

  await patient.getByTestId('go-home').click();
  await expect(patient.page).toHaveURL(/\/appointments$/);
});

test('who ended by mistake goes back, and nobody was told', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  const { started_at } = await session.read();
  await patient.endCall();
  await patient.expectOut(1000);
  await expect(doctor.getByTestId('name-card')).toBeVisible();
  await patient.getByTestId('take-back').click();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  expect(await session.read()).toMatchObject({ status: 'in_progress', started_at, ended_at: null });
});

test('a page that goes away after the click has meant it', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  await patient.endCall();
  await expect(patient.getByTestId('way-back')).toBeVisible();
  await patient.page.goto('about:blank');
  await doctor.expectOut(2000);
  expect(await session.read()).toMatchObject({ status: 'completed', ended_by: 'client' });
});

test('both end at the same time: one end, nobody stays inside', { tag: NODES }, async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  // Both buttons are at hand before either is pressed.
  const buttons = await Promise.all([doctor, patient].map((party) => party.getByTestId('end-call').elementHandle()));
  await Promise.all(buttons.map((button) => button?.evaluate((end) => (end as HTMLElement).click())));
  await Promise.all([doctor.expectOut(1000), patient.expectOut(1000)]);
  await expect.poll(async () => (await session.read()).status).toBe('completed');
});

test('ending while the server is gone still frees the user', async ({ doctor, patient, server }) => {
  const session = await startCall(doctor, patient);
  await server.kill();
  await doctor.endCall();
  await doctor.expectOut(5000);

  // The page goes on telling the server, and the patient learns it as soon as it is back.
  await server.start();
  await patient.expectOut(TAKE_BACK_MS + 10_000);
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
