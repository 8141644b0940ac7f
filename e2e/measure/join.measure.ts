// From the click on "join" to the first frame of the other's picture, with the other already there.

import { expect, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';
import { print, ROUNDS } from './figures.ts';

declare global {
  interface Window {
    joinClickedAt: number;
  }
}

test('click on join to first remote frame', async ({ doctor, patient, provider, nodes }) => {
  await patient.context.addInitScript(() => {
    const note = (event: Event) => {
      const button = event.target instanceof Element && event.target.closest('[data-testid="join"]');
      if (button) window.joinClickedAt = event.timeStamp;
    };
    document.addEventListener('click', note, { capture: true });
  });
  await startCall(doctor, patient);

  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    await patient.leaveCall();
    await patient.getByTestId('rejoin').click();
    await expect(patient.getByTestId('preview')).toBeVisible();
    await expect.poll(() => patient.liveTracks()).toBe(2);
    await expect(doctor.getByTestId('name-card')).toBeVisible();
    await patient.join();
    const took = await patient.page.waitForFunction(() => {
      const frame = performance.getEntriesByName('openvisit:first-remote-frame').at(0);
      return frame && frame.startTime - window.joinClickedAt;
    });
    rounds.push((await took.jsonValue()) ?? NaN);
  }
  print(`Click on join to first remote frame, ${provider}, ${nodes} ${nodes > 1 ? 'nodes' : 'node'}`, rounds, 'ms');
});
