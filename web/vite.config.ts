import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { targets } from './src/lib/browsers.ts';

const server = 'http://127.0.0.1:8086';

/**
 * What calls share with the programs of media providers, which are many entries of which none is loaded: counted among the rest,
 * it would come together with what it has nothing to do with.
 */
const ofCalls =
  /\/packages\/client\/src\/(providers\/|media|stats|local|devices|capture|turns|screen)/;

/** What several pages need comes in few files: on a slow network each one costs more than its bytes. */
const inFewFiles = {
  groups: [
    {
      name: 'shared',
      test: (id: string) => !ofCalls.test(id),
      minShareCount: 2,
      entriesAware: true,
      entriesAwareMergeThreshold: 12_000,
    },
  ],
};

/** Twilio's program makes a function from text while it loads, which the policy of the pages forbids. Nothing here calls it. */
const twilioWithoutEval: Plugin = {
  name: 'twilio-without-eval',
  load: {
    filter: { id: /twilio-video\/es5\/util\/dynamicimport\.js$/ },
    handler: () => "module.exports = () => Promise.reject(new Error('No plugins here.'));",
  },
};

export default defineConfig({
  plugins: [sveltekit(), twilioWithoutEval],
  // As Chime's program calls it.
  define: { global: 'globalThis' },
  // The policy of the pages allows no data: URLs, so nothing may be inlined.
  build: { assetsInlineLimit: 0, target: targets() },
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
