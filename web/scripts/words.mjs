// The catalogues of `src/lib/i18n/<language>/<area>.json`, in ICU MessageFormat, as what pages call: a sentence without
// facts becomes a text, one with facts a function of them. English gives the types.
//
//   node scripts/words.mjs        writes the types, as every script of package.json does that needs them

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import MessageFormat from '@messageformat/core';
import compileModule from '@messageformat/core/compile-module.js';
import { parse } from '@messageformat/parser';

const folder = path.resolve(import.meta.dirname, '../src/lib/i18n');
const types = path.join(folder, 'messages.d.ts');
const SHAPE = 'en';

/**
 * French keeps its double punctuation with the word before, by a space that does not break: nobody need type what
 * cannot be seen.
 */
export function french(said) {
  return said
    .replace(/ ([;!?])/g, '\u202f$1')
    .replace(/ ([:»])/g, '\u00a0$1')
    .replace(/« /g, '«\u00a0');
}

/** Each sentence of a catalogue, set as its language is printed. */
function typeset(leaf) {
  if (typeof leaf === 'string') return french(leaf);
  return Object.fromEntries(Object.entries(leaf).map(([key, within]) => [key, typeset(within)]));
}

/** A catalogue as the text of a module. */
export function compiled(locale, catalogue) {
  const set = locale === 'fr' ? typeset(catalogue) : catalogue;
  return compileModule(new MessageFormat(locale), set).replace(
    /^( +.*: )\(\) => ("(?:[^"\\]|\\.)*",?)$/gm,
    '$1$2',
  );
}

/** Compiles catalogues where they are imported, and keeps the types up to date. */
export function catalogues() {
  return {
    name: 'catalogues',
    enforce: 'pre',
    buildStart: writeTypes,
    resolveId: {
      filter: { id: /\/[a-z]+\/\w+\.json$/ },
      handler(id, importer) {
        const file = path.resolve(path.dirname(importer ?? ''), id);
        // Not by its own name: Vite would take it for data.
        return path.dirname(path.dirname(file)) === folder ? `${file.slice(0, -4)}words` : null;
      },
    },
    load: {
      filter: { id: /\.words$/ },
      handler(id) {
        const file = `${id.slice(0, -5)}json`;
        this.addWatchFile(file);
        return compiled(path.basename(path.dirname(id)), read(file));
      },
    },
  };
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Writes what English makes of it: each sentence with its facts. */
export function writeTypes() {
  const areas = readdirSync(path.join(folder, SHAPE)).map((file) => {
    const shape = typeOf(read(path.join(folder, SHAPE, file)));
    return `  ${path.basename(file, '.json')}: ${shape};\n`;
  });
  const text = `// Made by scripts/words.mjs from ${SHAPE}/*.json.\n\nexport interface Messages {\n${areas.join('')}}\n`;
  if (!isThere(text)) writeFileSync(types, text);
}

function isThere(text) {
  try {
    return readFileSync(types, 'utf8') === text;
  } catch {
    return false;
  }
}

function typeOf(leaf) {
  if (typeof leaf === 'string') return typeOfSentence(leaf);
  const within = Object.entries(leaf).map(([key, it]) => `${JSON.stringify(key)}: ${typeOf(it)}`);
  return `{ ${within.join('; ')} }`;
}

function typeOfSentence(said) {
  const wanted = Object.entries(facts(said)).map(([name, type]) => `${name}: ${type}`);
  return wanted.length > 0 ? `(facts: { ${wanted.join('; ')} }) => string` : 'string';
}

/** The facts that a sentence wants, each with its type. */
export function facts(said) {
  const found = {};
  const visit = (tokens) => {
    for (const token of tokens) {
      if (!('arg' in token)) continue;
      (found[token.arg] ??= new Set()).add(typeOfFact(token));
      for (const { tokens: within } of token.cases ?? []) visit(within);
    }
  };
  visit(parse(said));
  return Object.fromEntries(Object.entries(found).map(([name, all]) => [name, narrowest(all)]));
}

/**
 * A choice between named cases takes those names; beside `other` it takes any text. `null` is a fact that is not known.
 */
function typeOfFact({ type, cases = [] }) {
  if (type === 'plural') return 'number';
  if (type !== 'select') return 'string | number';
  return cases.some(({ key }) => key === 'null') ? 'string | number | null' : 'string';
}

function narrowest(all) {
  const isNullable = [...all].some((type) => type.endsWith('null'));
  if (all.has('number')) return isNullable ? 'number | null' : 'number';
  return isNullable ? 'string | number | null' : all.has('string') ? 'string' : 'string | number';
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeTypes();
