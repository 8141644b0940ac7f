import { TAKE_BACK_MS } from '../pages/participant-page.ts';
import { expect, NODES, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';
import { expectWithin } from '../harness/time-limit.ts';

test('a reload in the call comes back by itself, as the same participant', { tag: NODES }, async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  const before = await session.participants();

  await patient.page.reload();
  await Promise.all([patient.expectInCallWith(doctor), doctor.expectInCallWith(patient)]);
  await doctor.page.reload();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);

  const after = await session.participants();
  expect(after.size).toBe(2);
  for (const [role, participant] of before) expect(after.get(role)?.id, role).toBe(participant.id);
  expect((await session.read()).status).toBe('in_progress');
});

test('a server that is killed and started again has both back within 10 s', async ({ doctor, patient, server }) => {
  const session = await startCall(doctor, patient);
  const before = await session.read();

  await server.kill();
  const killedAt = performance.now();
  await server.start();
  const back = Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  await back;
  expectWithin(10_000, performance.now() - killedAt, 'both are back');

  const after = await session.read();
  expect(after).toMatchObject({ status: 'in_progress', started_at: before.started_at });
  expect(after.participants.map(({ id }) => id).sort()).toEqual(before.participants.map(({ id }) => id).sort());

  await doctor.endCall();
  await Promise.all([doctor.expectOut(1000), patient.expectOut(TAKE_BACK_MS + 1000)]);
  const ended = await session.read();
  expect(ended.status).toBe('completed');
  // Two people cannot have attended longer than twice the session's duration: nothing counts twice.
  expect(ended.attendee_seconds).toBeLessThanOrEqual(2 * ((ended.duration_seconds ?? 0) + 1));
  expect(ended.attendee_seconds).toBeGreaterThan(0);
});

test('a second tab of the same person takes the call over', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  const second = await patient.openSecondTab();
  await second.enterAgain();
  await second.expectInCallWith(doctor);
  await expect(patient.getByTestId('elsewhere')).toBeVisible();
  await expect.poll(() => patient.liveTracks()).toBe(0);
  expect((await session.participants()).size).toBe(2);
});

test('what lets no realtime channel through is said, while picture and sound go on', async ({ doctor, patient }) => {
  await patient.context.addInitScript(refuseWebSockets);
  await patient.context.route('**/socket.io/**', (route) => route.abort());
  await startCall(doctor, patient);
  const said = patient.page.locator('[data-trouble="unheard"]');
  await expect(said).toBeVisible();
  await expect(patient.getByTestId('call')).toHaveAttribute('data-link', 'up');
  await patient.expectInCallWith(doctor);
  await expect(doctor.page.locator('[data-trouble]')).toHaveCount(0);

  await patient.context.unroute('**/socket.io/**');
  await expect(said).toBeHidden();
  await expect(patient.getByTestId('call')).toHaveAttribute('data-realtime', 'up');
});

test('a proxy that takes a WebSocket and passes nothing on is gone around', async ({ doctor, patient }) => {
  await patient.context.routeWebSocket('**/socket.io/**', (socket) => socket.close());
  await startCall(doctor, patient);
  await expect(patient.getByTestId('call')).toHaveAttribute('data-realtime', 'up');
});

/** Runs in the page, before the page's own code: as behind a proxy that knows nothing of ours; a media provider has its own. */
function refuseWebSockets(): void {
  class Refused {
    onerror?: (event: Event) => void;
    constructor() {
      setTimeout(() => this.onerror?.(new Event('error')));
    }
    close(): void {}
    send(): void {}
  }
  const open = (Socket: typeof WebSocket, [url, protocols]: [string | URL, string[]?]) =>
    String(url).includes('/socket.io/') ? new Refused() : new Socket(url, protocols);
  window.WebSocket = new Proxy(WebSocket, { construct: (Socket, given) => open(Socket, given as [string, string[]?]) });
}
