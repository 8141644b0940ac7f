import path from 'node:path';
import { sveltekit } from '@sveltejs/kit/vite';
import { defaultClientConditions, defaultServerConditions, type Plugin, type Rolldown } from 'vite';
import { defineConfig } from 'vitest/config';
import { catalogues } from './scripts/words.mjs';
import { targets } from './src/lib/browsers.ts';

const server = 'http://127.0.0.1:8086';

/**
 * What calls share with the programs of media providers, which are many entries of which none is loaded: counted among the rest,
 * it would come together with what it has nothing to do with. It has a file of its own.
 */
const ofCalls =
  /\/packages\/client\/src\/(providers\/|media|stats|local|devices|capture|turns|screen)/;

/** What only pages of the administration need. */
const ofOthers = /\/packages\/client\/src\/management/;

type Group = Rolldown.CodeSplittingGroup;
type Name = Exclude<Group['name'], string>;
type Graph = Parameters<Name>[1];

/** The pages on the way to a call: where a person signs in, and the call. */
const wayToCall = ['', 'join/[session]/'].map((route) =>
  path.join(import.meta.dirname, 'src/routes', route, '+page.svelte'),
);

/** These modules, and all that they import before they run. */
function closure(ids: readonly string[], graph: Graph, found = new Set<string>()): Set<string> {
  for (const id of ids) {
    if (found.has(id)) continue;
    found.add(id);
    closure(graph.getModuleInfo(id)?.importedIds ?? [], graph, found);
  }
  return found;
}

const neededBy = new WeakMap<Graph, Set<string>>();

/** What people wait for before they see and hear each other; nothing else shall come in the same file. */
function awaited(id: string, graph: Graph): string | null {
  const needed = neededBy.get(graph) ?? closure(wayToCall, graph);
  neededBy.set(graph, needed);
  return needed.has(id) ? 'call' : null;
}

const merged = {
  test: (id: string) => !ofCalls.test(id) && !ofOthers.test(id),
  minShareCount: 2,
  entriesAware: true,
  entriesAwareMergeThreshold: 12_000,
};

/** What several pages need comes in few files: on a slow network each one costs more than its bytes. */
const inFewFiles = {
  groups: [
    { test: /vite\/preload-helper|\/client\/src\/problem|@messageformat\/runtime/, name: 'base' },
    { test: ofCalls, name: (id: string, graph: Graph) => awaited(id, graph) && 'media' },
    { ...merged, name: awaited },
    { ...merged, name: 'shared' },
  ] satisfies Group[],
};

/** Twilio's program makes a function from text while it loads, which the policy of the pages forbids. Nothing here calls it. */
const twilioWithoutEval: Plugin = {
  name: 'twilio-without-eval',
  load: {
    filter: { id: /twilio-video\/es5\/util\/dynamicimport\.js$/ },
    handler: () => "module.exports = () => Promise.reject(new Error('No plugins here.'));",
  },
};

/** The SDK as it is here, and not as it was last built. */
const source = 'openvisit-source';

export default defineConfig({
  plugins: [catalogues(), sveltekit(), twilioWithoutEval],
  // As Chime's program calls it.
  define: { global: 'globalThis' },
  // The policy of the pages allows no data: URLs, so nothing may be inlined.
  build: { assetsInlineLimit: 0, target: targets() },
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
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
