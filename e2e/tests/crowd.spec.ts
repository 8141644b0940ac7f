// More than four in a call: all are in sight, on a desk and on a phone.

import type { Browser } from '@playwright/test';

import { Account } from '../harness/api.ts';
import { launch } from '../harness/browser.ts';
import { PHONE, PHONE_LANDSCAPE } from '../harness/devices.ts';
import { GUEST_MEDIA } from '../harness/fake-media.ts';
import { expect, test } from '../harness/fixtures.ts';
import { link } from '../harness/invitation.ts';
import { expectApart, expectNoSideways } from '../harness/layout-assertions.ts';
import { startCall } from '../harness/session.ts';
import { ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';
import type { Server } from '../harness/server.ts';

/** With the two parties these are six: as many as a small machine can draw. */
const GUESTS = 4;

async function comeAsGuest(browser: Browser, server: Server, path: string, doctor: ParticipantPage): Promise<ParticipantPage> {
  const guest = await ParticipantPage.open(browser, 'guest', GUEST_MEDIA, server, PHONE);
  await guest.page.goto(path);
  await guest.getByTestId('accept-invitation').click();
  await guest.join();
  await doctor.getByTestId('admit').click();
  await expect(guest.getByTestId('call')).toBeVisible();
  return guest;
}

/** Every tile is whole in the window, and none lies on another. */
async function expectAllInSight(party: ParticipantPage, count: number): Promise<void> {
  const tiles = party.getByTestId('tile');
  await expect(tiles).toHaveCount(count);
  for (const tile of await tiles.all()) await expect(tile).toBeInViewport({ ratio: 1 });
  await expectApart(...(await tiles.all()), party.page.locator('footer').first());
  await expectNoSideways(party.page);
}

test('six see each other, on a desk, on a phone and across', async ({ doctor, patient, server }, testInfo) => {
  const session = await startCall(doctor, patient);
  const account = await Account.logIn(server, 'doctor');
  const { appointment_id } = await session.read();
  await account.patch(`/appointments/${appointment_id}`, { max_participants: 2 + GUESTS });
  const browser = await launch(GUEST_MEDIA);
  const guests: ParticipantPage[] = [];
  for (let number = 1; number <= GUESTS; number += 1) {
    const path = await link(account, appointment_id, 'guest', `Guest ${number}`);
    guests.push(await comeAsGuest(browser, server, path, doctor));
  }
  const [guest] = guests as [ParticipantPage];
  await doctor.expectInCallWithAll([patient, ...guests]);
  await guest.expectInCallWithAll([doctor, patient, ...guests.slice(1)]);

  await test.step('everybody has a place', async () => {
    for (const size of [doctor.page.viewportSize()!, PHONE.viewport!, PHONE_LANDSCAPE]) {
      await doctor.page.setViewportSize(size);
      await expectAllInSight(doctor, 2 + GUESTS);
      await doctor.page.screenshot({ path: testInfo.outputPath(`six-${size.width}.png`) });
    }
    await expectAllInSight(guest, 2 + GUESTS);
  });

  await test.step('beside a shared screen, too', async () => {
    await patient.getByTestId('share-screen').click();
    for (const { page } of [doctor, guest]) {
      await expect(page.getByTestId('remote-screen')).toBeVisible();
      const small = page.locator('[data-testid="tile"][data-large="false"]');
      await expect(small).toHaveCount(2 + GUESTS);
      await expectApart(...(await small.all()));
      for (const tile of await small.all()) await expect(tile).toBeInViewport({ ratio: 1 });
    }
    await doctor.page.screenshot({ path: testInfo.outputPath('six-shared.png') });
    await guest.page.screenshot({ path: testInfo.outputPath('six-shared-phone.png') });
  });

  await test.step('who may end it for all is asked first', async () => {
    await doctor.endCall();
    const others = [patient, ...guests].map((party) => party.expectOut(TAKE_BACK_MS + 3000));
    await Promise.all([doctor.expectOut(3000), ...others]);
  });
  await browser.close();
});
