import { defineConfig } from '@playwright/test';

import type { Provided } from '../harness/fixtures.ts';

export default defineConfig<Provided>({
  testDir: '.',
  testMatch: '*.measure.ts',
  outputDir: '../test-results',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 10_000 },
  reporter: [['line']],
  projects: [
    { name: 'embedded', testIgnore: 'nodes.measure.ts' },
    // Three nodes on one PostgreSQL: `npm run measure-nodes`.
    { name: 'nodes', testMatch: ['join.measure.ts', 'nodes.measure.ts'], use: { nodes: 3 } },
    { name: 'livekit', testMatch: 'join.measure.ts', use: { provider: 'livekit' } },
  ],
});
