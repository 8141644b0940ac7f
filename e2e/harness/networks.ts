// Tests whose browsers reach the media server by a road that can be broken, and by a TURN server.

import { Coturn, type Credentials } from './coturn.ts';
import { test } from './fixtures.ts';
import { LOOPBACK, Road } from './road.ts';
import { MEDIA_PORTS } from './server.ts';

export const withRoad = test.extend<{ address: string; road: Road }>({
  address: [LOOPBACK, { option: true }],
  settings: async ({ address }, use) => use(Road.settings(address)),
  road: async ({ address, server }, use) => {
    const road = await Road.open(address, server.mediaPort, MEDIA_PORTS);
    await use(road);
    await road.close();
  },
});

export const withTurn = withRoad.extend<{ credentials: Credentials; turn: Coturn }>({
  credentials: ['secret', { option: true }],
  turn: async ({ credentials }, use) => {
    const turn = await Coturn.start(credentials);
    await use(turn);
    await turn.dispose();
  },
  arrangement: async ({ turn }, use) => use({ file: turn.settings }),
});
