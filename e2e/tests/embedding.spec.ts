import { expect } from '../harness/fixtures.ts';
import { DOCTOR_MEDIA } from '../harness/fake-media.ts';
import { expectPicture } from '../harness/media-assertions.ts';
import { documented } from '../harness/portal.ts';
import { renewed, test, visitOf } from '../harness/portal-fixtures.ts';
import { Server } from '../harness/server.ts';
import { ParticipantPage } from '../pages/participant-page.ts';

const OTHER_SECRET = { OPENVISIT_JWT_SECRET: 'whatever was signed before is not taken any more' };

test('a portal shows the call in a frame: no cookie, no sign-in, and it hears how far it is', async ({
  doctor,
  patient,
  portal,
  server,
}) => {
  [portal.page] = (await documented('The call in a frame', 'html')) as [string];
  const visit = await visitOf(server);
  portal.visit = { ...visit, token: 'out-of-date' };
  await doctor.page.goto(portal.origin);
  const frame = doctor.page.frameLocator('#visit');
  const framed = () => doctor.page.frames()[1]!;
  await expect(frame.getByTestId('error')).toHaveAttribute('data-code', 'unauthorized');
  await expect(doctor.page).toHaveTitle('Visit: lobby');
  await framed().evaluate(() => Object.assign(window, { isTheFirstPage: true }));

  // A newer token is handed over as the first was, and the page goes on.
  const address = `${server.url}/join/${visit.session}`;
  const iframe = doctor.page.locator('iframe');
  await iframe.evaluate((frame, src) => Object.assign(frame, { src }), `${address}#token=${visit.token}`);
  portal.visit = visit;
  await expect(frame.getByTestId('error')).toBeHidden();
  expect(await framed().evaluate(() => 'isTheFirstPage' in window)).toBe(true);
  expect(framed().url(), 'the token is in no address').toBe(address);

  await frame.getByTestId('join').click();
  await expect(frame.getByTestId('call')).toBeVisible();
  await patient.enter();
  await patient.join();
  await frame.getByTestId('admit').click();
  await expectPicture(frame.getByTestId('remote-video'), patient.media.colour);
  await expectPicture(patient.getByTestId('remote-video'), doctor.media.colour);
  await expect(doctor.page).toHaveTitle('Visit: call');

  await frame.getByTestId('end-call').click();
  await expect(doctor.page).toHaveTitle('Visit: ending');
  await expect(doctor.page).toHaveTitle('Visit: ended');
  await patient.expectOut(2000);
  expect(await doctor.context.cookies()).toEqual([]);
  // The page that sent the person here gets them back, the whole window of it.
  await frame.getByTestId('return').click();
  await expect(doctor.page).toHaveURL(`${portal.origin}/`);
});

test('a frame whose token has run out when the server comes back asks for another, and is in the call again', async ({
  doctor,
  patient,
  portal,
  server,
}) => {
  [portal.page] = (await documented('The call in a frame', 'html')) as [string];
  portal.visit = await visitOf(server);
  await doctor.page.goto(portal.origin);
  const frame = doctor.page.frameLocator('#visit');
  await frame.getByTestId('join').click();
  await expect(frame.getByTestId('call')).toBeVisible();
  await patient.enter();
  await patient.join();
  await frame.getByTestId('admit').click();
  await expectPicture(frame.getByTestId('remote-video'), patient.media.colour);

  await server.kill();
  await server.start(OTHER_SECRET);
  portal.visit = await renewed(portal.visit, server);
  await expectPicture(patient.getByTestId('remote-video'), doctor.media.colour);
  await expectPicture(frame.getByTestId('remote-video'), patient.media.colour);
});

test('a page may wish for a theme and a language, and for a way back to where the server lets it', async ({
  doctor,
  portal,
  server,
}) => {
  const { session, token } = await visitOf(server);
  const wish = async (wishes: Record<string, string>) => {
    await doctor.page.goto('about:blank');
    await doctor.page.goto(`${server.url}/join/${session}#${new URLSearchParams({ token, ...wishes })}`);
    await expect(doctor.getByTestId('lobby')).toBeVisible();
  };
  const root = doctor.page.locator('html');
  const ground = () => root.evaluate((element) => getComputedStyle(element).backgroundColor);
  await wish({ theme: 'light', language: 'de' });
  await expect(root).toHaveAttribute('lang', 'de');
  const light = await ground();
  await wish({ theme: 'dark', language: 'fr-CH' });
  await expect(root).toHaveAttribute('lang', 'fr');
  const dark = await ground();
  expect(dark).not.toBe(light);
  await wish({ theme: 'pink', language: 'xx' });
  expect(await ground(), 'what is no wish changes nothing').toBe(dark);

  const back = doctor.getByTestId('return');
  for (const [address, shown] of [
    [`${portal.origin}/visits?of=today`, true],
    ['https://elsewhere.example/', false],
    ['javascript:alert(1)', false],
    [`${portal.origin}.elsewhere.example/`, false],
  ] as const) {
    await wish({ return: address });
    await doctor.join();
    await expect(doctor.getByTestId('call')).toBeVisible();
    await doctor.leaveCall();
    await expect(doctor.getByTestId('left')).toBeVisible();
    await expect(back).toHaveCount(shown ? 1 : 0);
    if (shown) await expect(back).toHaveAttribute('href', address);
  }
});

test('a native app that shows the call in a view of its own is told how far it is', async ({ patient, server }) => {
  await patient.context.addInitScript(() => {
    const told: Record<string, unknown[]> = { ios: [], android: [], reactNative: [] };
    const listener = (name: string) => ({ postMessage: (message: unknown) => told[name]?.push(message) });
    Object.assign(window, {
      told,
      webkit: { messageHandlers: { openvisit: listener('ios') } },
      openvisit: listener('android'),
      ReactNativeWebView: listener('reactNative'),
    });
  });
  const { session, token } = await visitOf(server, 'patient');
  await patient.page.goto(`${server.url}/join/${session}#token=${token}`);
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  type Told = { told: { ios: { phase: string }[]; android: string[]; reactNative: string[] } };
  const { ios, android, reactNative } = await patient.page.evaluate(() => (window as unknown as Told).told);
  expect(ios.at(-1)).toEqual({ type: 'openvisit', session, phase: 'waiting', problem: null });
  expect(ios.map(({ phase }) => phase)).toContain('lobby');
  expect(android.map((text) => JSON.parse(text))).toEqual(ios);
  expect(reactNative).toEqual(android);
});

test('a page that is not named may not show the call', async ({ doctorBrowser, portal }) => {
  const server = await Server.start();
  const stranger = await ParticipantPage.open(doctorBrowser, 'doctor', DOCTOR_MEDIA, server);
  [portal.page] = (await documented('The call in a frame', 'html')) as [string];
  portal.visit = await visitOf(server);
  const refused = stranger.page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await stranger.page.goto(portal.origin);
  await refused;
  await expect(stranger.page).toHaveTitle('Portal');
  await stranger.context.close();
  await server.dispose();
});
