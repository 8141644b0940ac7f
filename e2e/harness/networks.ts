// Tests whose browsers reach the media server by a road that can be broken, and by a TURN server.

import { Coturn, type Credentials } from './coturn.ts';
import { test } from './fixtures.ts';
import { Road } from './road.ts';
import { MEDIA_PORTS } from './server.ts';

export const withRoad = test.extend<{ road: Road }>({
  settings: Road.settings,
  road: async ({ server }, use) => {
    const road = await Road.open(server.mediaPort, MEDIA_PORTS);
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
