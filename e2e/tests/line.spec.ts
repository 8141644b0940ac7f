// What the page says of the line is what comes through it, and media take the best way there is.

import { expect } from '../harness/fixtures.ts';
import { withRoad as test } from '../harness/networks.ts';
import { startCall } from '../harness/session.ts';
import { rememberNotices } from '../pages/notices.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';

test.beforeEach(async ({ doctor, patient }) => {
  for (const { context } of [doctor, patient]) await context.addInitScript(rememberNotices);
});

/** Each page says this of the line, and once it is mended, that it is back. */
async function expectBack(parties: ParticipantPage[], trouble: string, mend: () => unknown = () => undefined): Promise<void> {
  // Each stands for some seconds only: while one page is looked at, the other may have said it.
  const said = ({ page }: ParticipantPage) => page.evaluate(() => window.notices);
  const before = await Promise.all(parties.map(async (party) => (await said(party)).lastIndexOf('back') + 1));
  const since = async (party: ParticipantPage) => (await said(party)).slice(before[parties.indexOf(party)]);
  for (const party of parties) await expect.poll(() => since(party)).toContain(trouble);
  await mend();
  for (const party of parties) await expect.poll(() => since(party)).toContain('back');
}

test('datagrams that get lost: media go on by the way that loses less', async ({ doctor, patient, road }) => {
  await startCall(doctor, patient);
  expect(road.carried.tcp, 'bytes by TCP before').toBeLessThan(20_000);

  road.loss = 0.3;
  await expect.poll(() => road.carried.tcp, { message: 'bytes by TCP' }).toBeGreaterThan(100_000);
  // Sound was never gone, and pictures that paused meanwhile come back.
  await Promise.all([patient.expectInCallWith(doctor), doctor.expectInCallWith(patient)]);
});

test('datagrams that are blocked in the call: it is said, and media go on by TCP', async ({ doctor, patient, road }) => {
  await startCall(doctor, patient);
  road.udp = false;
  await expectBack([doctor, patient], 'reconnecting');
  await Promise.all([patient.expectInCallWith(doctor), doctor.expectInCallWith(patient)]);
  expect(road.carried.tcp, 'bytes by TCP').toBeGreaterThan(10_000);
});

test('a server that is gone is said at the door and in the call, what needs it waits, and it ends with "you are back"', async ({
  doctor,
  patient,
  server,
  road,
}) => {
  expect(road.carried).toEqual({ udp: 0, tcp: 0 });
  await Promise.all([doctor.enter(), patient.enter()]);
  await doctor.join();
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  const admit = doctor.getByTestId('admit');
  await expect(admit).toBeEnabled();

  await test.step('it does not answer, though nothing was closed', async () => {
    server.freeze(true);
    await expectBack([doctor, patient], 'gone', async () => {
      await expect(admit).toBeDisabled();
      await expect(doctor.getByTestId('alone')).toHaveCount(0);
      server.freeze(false);
    });
    await expect(admit).toBeEnabled();
  });

  await test.step('it is killed, and started again', async () => {
    await admit.click();
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    await server.kill();
    await expectBack([doctor, patient], 'gone', () => server.start());
    await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  });
});

test('an answer to the join that is slow is waited for, which is said, and one that is lost is asked for again', async ({
  doctor,
  patient,
  road,
}) => {
  expect(road.udp).toBe(true);
  await Promise.all([doctor.enter(), patient.enter()]);
  let seen: Promise<unknown> | undefined;
  const saysSo = async () => {
    await expect(doctor.getByTestId('slow')).toBeVisible();
    await expect(doctor.getByTestId('give-up')).toBeVisible();
  };
  await doctor.page.route('**/sessions/*/join', async (route) => {
    const response = await route.fetch();
    await (seen ??= saysSo());
    // Of two that were asked for, the second is not needed any more.
    await route.fulfill({ response }).catch(() => undefined);
  });
  let asked = 0;
  await patient.page.route('**/sessions/*/join', (route) => (++asked > 1 ? route.continue() : undefined));

  await Promise.all([doctor.join(), patient.join()]);
  await Promise.all([
    expect(doctor.getByTestId('call')).toBeVisible(),
    expect(patient.getByTestId('waiting-room')).toBeVisible(),
  ]);
  expect(asked).toBe(2);
});
