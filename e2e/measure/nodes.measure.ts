// What a call costs whose home goes: killed, or drained by `openvisit drain --now`.

import { expect, test } from '../harness/fixtures.ts';
import { rememberReceivers, watchPicture, watchSound } from '../harness/gaps.ts';
import { Nodes } from '../harness/nodes.ts';
import type { Server } from '../harness/server.ts';
import { startCall } from '../harness/session.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import { print, ROUNDS } from './figures.ts';

/** A round of a killed home takes as long as it is waited for. */
test.setTimeout(600_000);

/** The longest time that either was without, over all that `go` does. */
async function longest(
  parties: ParticipantPage[],
  watch: (party: ParticipantPage) => Promise<() => Promise<number>>,
  go: () => Promise<void>,
): Promise<number> {
  const gaps = await Promise.all(parties.map(watch));
  await go();
  return Math.max(...(await Promise.all(gaps.map((gap) => gap()))));
}

function nodesOf(server: Server): Nodes {
  if (!(server instanceof Nodes)) throw new Error('this measurement is about several nodes');
  return server;
}

test('the home is killed, until both see each other again', async ({ doctor, patient, server }) => {
  const [nodes, both] = [nodesOf(server), [doctor, patient]];
  const { id } = await startCall(doctor, patient);
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    const home = nodes.home(id);
    const gap = await longest(both, watchPicture, async () => {
      await home.kill();
      await expect.poll(() => nodes.home(id) !== home, { timeout: 30_000 }).toBe(true);
      await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    });
    rounds.push(gap);
    await home.start();
  }
  print('A killed home: no picture', rounds, 'ms');
});

test('the home is drained at once, the longest gap in sound', async ({ doctor, patient, server }) => {
  const [nodes, both] = [nodesOf(server), [doctor, patient]];
  await Promise.all(both.map(rememberReceivers));
  const { id } = await startCall(doctor, patient);
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    const home = nodes.home(id);
    const gap = await longest(both, watchSound, async () => {
      nodes.drain(home);
      await expect.poll(() => nodes.home(id) !== home, { timeout: 30_000 }).toBe(true);
      await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
    });
    rounds.push(gap);
    // It takes calls again once it has been started anew.
    await home.stop();
    await home.start();
  }
  print('A home that is drained at once: no sound', rounds, 'ms');
});
