import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const server = 'http://127.0.0.1:8086';

export default defineConfig({
  plugins: [sveltekit()],
  // The policy of the pages allows no data: URLs, so nothing may be inlined.
  build: { assetsInlineLimit: 0 },
  server: {
    proxy: {
      '/api': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: { include: ['{src,packages}/**/*.test.ts'] },
});
