import { defineConfig } from '@playwright/test';

import { NODES, type Provided } from './harness/fixtures.ts';
import { PATIENCE_MS, TEST_TIMEOUT_MS } from './harness/patience.ts';

/** What people do in a call, whoever carries it. */
const journeys = () => ['consultation', 'ending', 'reconnect', 'call', 'guest'].map((name) => `${name}.spec.ts`);

export default defineConfig<Provided>({
  testDir: 'tests',
  outputDir: 'test-results',
  // A test waits about as long as it computes: two at a time fill two processors.
  workers: 2,
  fullyParallel: true,
  timeout: TEST_TIMEOUT_MS,
  expect: { timeout: PATIENCE_MS },
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  projects: [
    { name: 'embedded', testIgnore: ['livekit.spec.ts', 'crowd.spec.ts', 'nodes.spec.ts'] },
    // Six browsers fill a machine by themselves: after all others, with nothing beside. Running it runs them, too.
    { name: 'crowd', testMatch: 'crowd.spec.ts', dependencies: ['embedded', 'nodes'] },
    // The parties' requests go to different nodes.
    { name: 'nodes', testMatch: journeys(), grep: new RegExp(NODES), use: { nodes: 2 } },
    { name: 'all-nodes', testMatch: [...journeys(), 'nodes.spec.ts'], use: { nodes: 3 } },
    { name: 'nodes-livekit', testMatch: journeys(), use: { nodes: 3, provider: 'livekit' } },
    {
      name: 'livekit',
      testMatch: [...journeys(), 'livekit.spec.ts'],
      use: { provider: 'livekit' },
    },
  ],
});
