// Makes `dist`, as npm publishes it: a module for each source file, with its types and its source map, for bundlers; and
// `standalone/openvisit.js`, for pages that have no bundler, with what it fetches later beside it.

import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '..');
const { peerDependencies } = createRequire(import.meta.url)('../package.json');
const dist = path.join(root, 'dist');

copyFileSync(path.join(root, '../../../LICENSE'), path.join(root, 'LICENSE'));
rmSync(dist, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// The compiler names the files that modules import, and not yet those that their types do.
for (const file of readdirSync(dist, { recursive: true }).filter((it) => it.endsWith('.d.ts'))) {
  const name = path.join(dist, file);
  const types = readFileSync(name, 'utf8');
  writeFileSync(name, types.replace(/((?:from|import\() ?'\.[^']*)\.ts'/g, "$1.js'"));
}
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: path.join(dist, 'standalone'),
    sourcemap: true,
    target: 'es2022',
    minify: true,
    lib: { entry: 'src/standalone.ts', formats: ['es'], fileName: () => 'openvisit.js' },
    rolldownOptions: {
      // A page that needs one of these names it in an import map.
      external: Object.keys(peerDependencies),
      output: { chunkFileNames: '[name].js' },
    },
  },
});
