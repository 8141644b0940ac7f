// No file needs, by whatever way, a file that needs it: each can be read, tested and moved after those below it.

import { expect, test } from 'vitest';

const files = import.meta.glob<string>(
  ['/src/**/*.{ts,svelte}', '/packages/client/src/**/*.ts', '!/**/*.test.ts', '!/**/*.d.ts'],
  { query: '?raw', import: 'default', eager: true },
);

/** Which of the files each one names after `from`, `import` or `import(`. */
const needs = new Map(
  Object.entries(files).map(([path, text]) => {
    const named = [...text.matchAll(/(?:from|import|import\()\s*'((?:\.|\$lib\/)[^']*)'/g)];
    return [path, named.flatMap(([, name = '']) => found(path, name))];
  }),
);

function found(path: string, name: string): string[] {
  const { pathname } = new URL(name.replace(/^\$lib/, '/src/lib'), `file://${path}`);
  const base = pathname.replace(/\/$/, '');
  return [base, `${base}.ts`, `${base}/index.ts`].filter((it) => it in files).slice(0, 1);
}

/** The way from a file back to itself, if there is one. */
function circle(path: string): string[] | null {
  const ways = (needs.get(path) ?? []).map((it) => [it]);
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    const last = way.at(-1) ?? '';
    if (last === path) return [path, ...way];
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of needs.get(last) ?? []) ways.push([...way, next]);
  }
  return null;
}

test('what files import is found', () => {
  expect(needs.get('/src/lib/i18n/index.ts')).toContain('/src/lib/i18n/locale.ts');
  expect(needs.get('/src/lib/ui/Loaded.svelte')).toContain('/src/lib/ui/resource.svelte.ts');
  expect(needs.get('/packages/client/src/index.ts')?.length).toBeGreaterThan(5);
});

test('nothing imports itself', () => {
  expect([...needs.keys()].flatMap((path) => circle(path) ?? [])).toEqual([]);
});
