// Networks that let nothing through but what goes by a TURN server: a real coturn.

import { PATIENT_MEDIA } from '../harness/fake-media.ts';
import { expect } from '../harness/fixtures.ts';
import { expectMoving, expectSound } from '../harness/media-assertions.ts';
import { withTurn } from '../harness/networks.ts';
import { startCall } from '../harness/session.ts';
import { FirefoxPage } from '../pages/firefox-page.ts';

const test = withTurn.extend<{ firefox: FirefoxPage }>({
  firefox: async ({ server }, use) => {
    const patient = await FirefoxPage.launch(PATIENT_MEDIA, server);
    await use(patient);
    await patient.close();
    expect(patient.pageErrors).toEqual([]);
  },
});

test('two in Chromium meet by a relay, with credentials made of a secret', async ({ doctor, patient, turn, road }) => {
  road.only = turn.relays;
  await startCall(doctor, patient);
  expect(road.carried.udp, 'bytes that came by the relay').toBeGreaterThan(0);
});

test.describe('a TURN server that knows users only', () => {
  test.use({ credentials: 'user' });

  test('a patient in Firefox and a doctor in Chromium meet by a relay', async ({ doctor, firefox: patient, turn, road }) => {
    road.only = turn.relays;
    await doctor.enter();
    await doctor.join();
    await patient.open('/');
    await patient.click('enter-patient');
    await patient.waitForTestId('mic-meter');
    await patient.click('join');
    await doctor.getByTestId('admit').click();
    await patient.waitForTestId('remote-video');
    const before = await patient.shownFrames();
    await expect.poll(() => patient.shownFrames(), { message: 'frames in Firefox' }).toBeGreaterThan(before + 10);
    await expectMoving(doctor.getByTestId('remote-video'));
    await expectSound(doctor.page, PATIENT_MEDIA);
  });
});

test('a direct way that closes in a long call: it goes on by a relay, with credentials that are renewed', async ({
  doctor,
  patient,
  turn,
  road,
}) => {
  await patient.page.route('**/sessions/*/join', async (route) => {
    const response = await route.fetch();
    const joined = (await response.json()) as { media: { ice_servers: { username: string }[] } | null };
    for (const server of joined.media?.ice_servers ?? []) server.username = server.username.replace(/^\d+/, '1');
    await route.fulfill({ response, json: joined });
  });
  await startCall(doctor, patient);
  road.only = turn.relays;
  road.breakStreams();
  await expect(patient.getByTestId('back')).toBeVisible();
  await Promise.all([patient.expectInCallWith(doctor), doctor.expectInCallWith(patient)]);
});
