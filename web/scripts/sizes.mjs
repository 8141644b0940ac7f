// How much JavaScript each page brings, gzipped; fails where it is more than people on a phone should wait for.
//
//   npm run sizes        after npm run build
//
// A page is its own chunks, those of its layouts, all that they import, also what they import later, and the sentences
// that they ask for, in the language that has most of them. The way to a call is that of the entry and the call together, without what
// is imported only once somebody asks for it. The program of a media provider comes only with a session that needs it, and is no page's.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const CALL_LIMIT = 120;
const PAGE_LIMIT = 200;

const root = path.resolve(import.meta.dirname, '..');
const kit = path.join(root, '.svelte-kit');
const client = path.join(kit, 'output/client');
const manifestFile = path.join(client, '.vite/manifest.json');
const generated = '.svelte-kit/generated/client-optimized';
const i18n = 'src/lib/i18n/';
const providers = 'packages/client/src/providers/';
const blur = 'src/lib/call/devices/blur/';
/** What is imported when it is needed, and not because of the page. */
const apart = [i18n, generated, providers, blur];

if (!existsSync(manifestFile)) {
  console.error('There is nothing to weigh: run npm run build first.');
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));

/** By route: the numbers of its nodes, its own and its layouts'. */
function routes() {
  const app = readFileSync(path.join(root, generated, 'app.js'), 'utf8');
  const dictionary = /export const dictionary = (\{[^]*?\n\t\});/.exec(app)[1];
  const pages = Object.entries(new Function(`return ${dictionary}`)());
  return new Map(pages.map(([route, [page, layouts = []]]) => [route, [0, page, ...layouts]]));
}

/** What these chunks import, and perhaps what they import later; what comes apart is no page's. */
function reached(keys, later) {
  const found = new Set();
  const visit = (key) => {
    if (found.has(key)) return;
    found.add(key);
    const { imports = [], dynamicImports = [] } = manifest[key];
    imports.forEach(visit);
    if (later)
      dynamicImports.filter((it) => apart.every((folder) => !it.startsWith(folder))).forEach(visit);
  };
  keys.forEach(visit);
  return found;
}

const kilobytes = (keys) => [...keys].reduce((sum, key) => sum + weight(key), 0);

function weight(key) {
  const { file } = manifest[key];
  return file.endsWith('.js') ? gzipSync(readFileSync(path.join(client, file))).length / 1000 : 0;
}

/** The sentences that these nodes ask for before they show anything, in the language that has most. */
function sentences(numbers) {
  const areas = new Set(numbers.flatMap(areasOf));
  const languages = new Map();
  for (const key of Object.keys(manifest).filter((it) => it.startsWith(i18n))) {
    const [language, area] = key.slice(i18n.length, -'.words'.length).split('/');
    const size = areas.has(area) ? weight(key) : 0;
    languages.set(language, (languages.get(language) ?? 0) + size);
  }
  return Math.max(0, ...languages.values());
}

function areasOf(number) {
  const node = readFileSync(path.join(root, generated, `nodes/${number}.js`), 'utf8');
  const loader = /"([^"]+\.ts)"/.exec(node)?.[1];
  if (!loader) return [];
  const source = readFileSync(path.resolve(root, generated, 'nodes', loader), 'utf8');
  return [...source.matchAll(/\b(?:bring|load)\(([^)]*)\)/g)].flatMap(
    ([, areas]) => areas.match(/(?<=')\w+/g) ?? [],
  );
}

const start = Object.keys(manifest).filter(
  (key) => key.endsWith('/client/entry.js') || key === `${generated}/app.js`,
);
const nodes = (numbers) => numbers.map((number) => `${generated}/nodes/${number}.js`);
let tooHeavy = 0;

function weigh(name, numbers, later, limit) {
  const size = kilobytes(reached([...start, ...nodes(numbers)], later)) + sentences(numbers);
  const verdict = size > limit ? ` MORE THAN ${limit}` : '';
  console.log(`${size.toFixed(1).padStart(7)} kB  ${name}${verdict}`);
  if (size > limit) tooHeavy += 1;
}

const all = routes();
weigh('the way to a call', [...all.get('/'), ...all.get('/join/[session]')], false, CALL_LIMIT);
for (const [route, numbers] of all) weigh(route, numbers, true, PAGE_LIMIT);

const ofCall = reached([...start, ...nodes(all.get('/join/[session]'))], true);
const extras = Object.keys(manifest).filter((it) =>
  [providers, blur].some((its) => it.startsWith(its)),
);
for (const key of extras) {
  if (ofCall.has(key)) throw new Error(`Every call loads ${key}.`);
  const size = kilobytes([...reached([key], true)].filter((it) => !ofCall.has(it)));
  const name = path.basename(key, '.ts');
  const what = key.startsWith(blur) ? `with ${name}` : `by ${name}`;
  console.log(`${size.toFixed(1).padStart(7)} kB  a call ${what}, besides`);
}
process.exitCode = tooHeavy > 0 ? 1 : 0;
