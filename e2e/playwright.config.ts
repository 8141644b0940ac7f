import { defineConfig } from '@playwright/test';

import type { Provided } from './harness/fixtures.ts';
import { PATIENCE_MS, TEST_TIMEOUT_MS } from './harness/patience.ts';

/** What people do in a call, whoever carries it. */
const JOURNEYS = ['consultation', 'ending', 'reconnect', 'call', 'guest'];

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
    { name: 'embedded', testIgnore: ['livekit.spec.ts', 'crowd.spec.ts'] },
    // Six browsers fill a machine by themselves: after all others, with nothing beside. Running it runs them, too.
    { name: 'crowd', testMatch: 'crowd.spec.ts', dependencies: ['embedded'] },
    {
      name: 'nodes',
      testMatch: JOURNEYS.map((name) => `${name}.spec.ts`),
      use: { nodes: 2 },
    },
    {
      name: 'livekit',
      testMatch: [...JOURNEYS, 'livekit'].map((name) => `${name}.spec.ts`),
      use: { provider: 'livekit' },
    },
  ],
});
