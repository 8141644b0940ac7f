import { Account } from '../harness/api.ts';
import { launch } from '../harness/browser.ts';
import { GUEST } from '../harness/footage.ts';
import { Party } from '../harness/party.ts';
import { expect, test } from '../harness/test.ts';
import { meet } from '../harness/visit.ts';

test('a guest comes by an invitation, waits, and makes three', async ({ doctor, patient, server }) => {
  const visit = await meet(doctor, patient);
  const { appointment_id } = await visit.now();
  const account = await Account.logIn(server, 'doctor');
  const invitation = await account.post<{ url: string }>(`/appointments/${appointment_id}/invitations`, {
    role: 'guest',
    name: 'Interpreter',
  });

  const browser = await launch(GUEST);
  const guest = await Party.arrive(browser, 'guest', GUEST, server);
  await guest.page.goto(`/invite${new URL(invitation.url).hash}`);
  await guest.see('accept-invitation').click();
  await expect(guest.see('lobby')).toBeVisible();
  await guest.join();
  await expect(guest.see('waiting-room')).toBeVisible();
  await doctor.see('admit').click();

  await Promise.all([
    guest.expectInCallWithAll([doctor, patient]),
    doctor.expectInCallWithAll([patient, guest]),
    patient.expectInCallWithAll([doctor, guest]),
  ]);
  await doctor.endCall();
  await Promise.all([doctor, patient, guest].map((party) => party.expectOut(2000)));
  await browser.close();
});
