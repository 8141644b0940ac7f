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
    { name: 'embedded' },
    { name: 'livekit', testMatch: 'join.measure.ts', use: { provider: 'livekit' } },
  ],
});
