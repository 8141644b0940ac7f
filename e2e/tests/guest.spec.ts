import { Account } from '../harness/api.ts';
import { launch } from '../harness/browser.ts';
import { GUEST_MEDIA } from '../harness/fake-media.ts';
import { ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';
import { expect, NODES, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';

test('a guest comes by an invitation, waits, and makes three', { tag: NODES }, async ({ doctor, patient, server }) => {
  const session = await startCall(doctor, patient);
  const { appointment_id } = await session.read();
  const account = await Account.logIn(server, 'doctor');
  const invitation = await account.post<{ url: string }>(`/appointments/${appointment_id}/invitations`, {
    role: 'guest',
    name: 'Interpreter',
  });

  const browser = await launch(GUEST_MEDIA);
  const guest = await ParticipantPage.open(browser, 'guest', GUEST_MEDIA, server);
  await guest.page.goto(`/invite${new URL(invitation.url).hash}`);
  await guest.getByTestId('accept-invitation').click();
  await expect(guest.getByTestId('lobby')).toBeVisible();
  await guest.join();
  await expect(guest.getByTestId('waiting-room')).toBeVisible();
  await doctor.getByTestId('admit').click();

  await Promise.all([
    guest.expectInCallWithAll([doctor, patient]),
    doctor.expectInCallWithAll([patient, guest]),
    patient.expectInCallWithAll([doctor, guest]),
  ]);
  await doctor.endCall();
  const others = [patient, guest].map((party) => party.expectOut(TAKE_BACK_MS + 2000));
  await Promise.all([doctor.expectOut(2000), ...others]);
  await browser.close();
});
