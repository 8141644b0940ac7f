import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const server = 'http://127.0.0.1:8086';

/** What several pages need comes in few files: on a slow network each one costs more than its bytes. */
const inFewFiles = {
  groups: [
    {
      name: 'shared',
      test: /./,
      minShareCount: 2,
      entriesAware: true,
      entriesAwareMergeThreshold: 12_000,
    },
  ],
};

export default defineConfig({
  plugins: [sveltekit()],
  // The policy of the pages allows no data: URLs, so nothing may be inlined.
  build: { assetsInlineLimit: 0 },
  environments: {
    client: { build: { rolldownOptions: { output: { codeSplitting: inFewFiles } } } },
  },
  server: {
    proxy: {
      '/api': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: { include: ['{src,packages}/**/*.test.ts'] },
});
