// How soon a call is back when datagrams are blocked in the middle of it, and what a relay costs at the join.

import { expectSound } from '../harness/media-assertions.ts';
import { expect } from '../harness/fixtures.ts';
import { withTurn } from '../harness/networks.ts';
import { startCall } from '../harness/session.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import { median, print, ROUNDS } from './figures.ts';

declare global {
  interface Window {
    connections: RTCPeerConnection[];
    joinClickedAt: number;
  }
}

const test = withTurn.extend({
  patient: async ({ patient }, use) => {
    await patient.context.addInitScript(rememberConnections);
    await use(patient);
  },
});

/** Runs in the page, before the page's own code. */
function rememberConnections(): void {
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      // Through the relay only, where the test wants it so.
      super(localStorage.getItem('relayed') ? { ...configuration, iceTransportPolicy: 'relay' } : configuration);
      window.connections.push(this);
    }
  };
  const note = (event: Event) => {
    const button = event.target instanceof Element && event.target.closest('[data-testid="join"]');
    if (button) window.joinClickedAt = event.timeStamp;
  };
  document.addEventListener('click', note, { capture: true });
}

/** Packets of sound that have arrived, by whichever connection. */
async function heard({ page }: ParticipantPage): Promise<number> {
  return page.evaluate(async () => {
    const reports = await Promise.all(window.connections.map((connection) => connection.getStats()));
    const entries = reports.flatMap((report) => [...report.values()]);
    const sound = entries.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    return sound.reduce((sum, { packetsReceived }) => sum + packetsReceived, 0);
  });
}

/** Milliseconds until sound comes again that had stopped. */
async function silence(party: ParticipantPage): Promise<number> {
  const began = performance.now();
  // What was under way when the road was closed has arrived by then.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = await heard(party);
  await expect.poll(() => heard(party), { intervals: [20] }).toBeGreaterThan(before + 2);
  return performance.now() - began;
}

test('UDP blocked in the call: until sound is back', async ({ doctor, patient, road }) => {
  await startCall(doctor, patient);
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    road.udp = false;
    rounds.push(await silence(patient));
    // From the beginning, by UDP.
    road.udp = true;
    await patient.page.reload();
    await Promise.all([patient.expectInCallWith(doctor), expectSound(doctor.page, patient.media)]);
  }
  print('UDP blocked in the call: until sound is back', rounds, 'ms');
});

test('a server that is frozen in the call: until both are told', async ({ doctor, patient, server, road }) => {
  expect(road.udp).toBe(true);
  await startCall(doctor, patient);
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    const began = performance.now();
    server.freeze(true);
    const told = ({ page }: ParticipantPage) => page.waitForSelector('[data-trouble="gone"]');
    await Promise.all([doctor, patient].map(told));
    rounds.push(performance.now() - began);
    server.freeze(false);
    await Promise.all([patient.expectInCallWith(doctor), doctor.expectInCallWith(patient)]);
    await expect(patient.page.locator('[data-trouble], [data-testid="back"]')).toHaveCount(0);
  }
  print('A server that is frozen in the call: until both are told', rounds, 'ms');
});

test('a client who closes the page in the waiting room: until the list says so', async ({ doctor, patient, road }) => {
  expect(road.udp).toBe(true);
  await doctor.enter();
  await doctor.page.goto('/today');
  await patient.enter();
  await patient.join();
  const list = doctor.getByTestId('appointment-row');
  const rounds: number[] = [];
  while (rounds.length < 5) {
    await expect(list.locator('[data-door="waiting"]')).toHaveCount(1);
    const closed = performance.now();
    await patient.page.goto('about:blank');
    await expect(list.locator('[data-door="left"]')).toHaveCount(1, { timeout: 20_000 });
    rounds.push(performance.now() - closed);
    await patient.page.goBack();
  }
  print('A client who closes the page in the waiting room: until the list says so', rounds, 'ms');
});

test('through a relay only, against the direct way', async ({ doctor, patient, road }) => {
  test.setTimeout(600_000);
  expect(road.only).toBeNull();
  await startCall(doctor, patient);
  const join = async (relayed: string) => {
    await patient.page.evaluate((it) => localStorage.setItem('relayed', it), relayed);
    await patient.leaveCall();
    await patient.getByTestId('rejoin').click();
    await expect(patient.getByTestId('preview')).toBeVisible();
    await expect.poll(() => patient.liveTracks()).toBe(2);
    await patient.join();
    const took = await patient.page.waitForFunction(() => {
      const frame = performance.getEntriesByName('openvisit:first-remote-frame').at(0);
      return frame && frame.startTime - window.joinClickedAt;
    });
    return (await took.jsonValue()) ?? NaN;
  };
  const [direct, relayed]: [number[], number[]] = [[], []];
  while (relayed.length < ROUNDS) {
    direct.push(await join(''));
    relayed.push(await join('yes'));
  }
  print('Click on join to first remote frame, directly', direct, 'ms');
  print('Click on join to first remote frame, by a relay', relayed, 'ms');
  console.log(`By a relay against directly: ${(median(relayed) / median(direct)).toFixed(2)} times`);
});
