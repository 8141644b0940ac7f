// Whatever a page says comes from a catalogue: no text stands in a page's markup, nor in an attribute that is read out.

import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

const pages = import.meta.glob<string>('/src/**/*.svelte', {
  eager: true,
  query: '?raw',
  import: 'default',
});

const READ = [
  'alt',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'placeholder',
  'title',
  'label',
];

type Node = Record<string, unknown>;

/** Words in the markup; the product's own name is the same in every language. */
function wordsIn(source: string): string[] {
  return textsIn(parse(source, { modern: true }).fragment as unknown as Node).filter((text) =>
    /\p{L}{2}/u.test(text.replace(/OpenVisit|https:/g, '')),
  );
}

function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  const { type, data, name, value, fragment, nodes, attributes, ...rest } = node as Node;
  if (type === 'Text') return [String(data).trim()];
  if (type === 'Attribute') return READ.includes(String(name)) ? textsIn(value) : [];
  const branches = BRANCHES.map((branch) => rest[branch]);
  return [attributes, nodes, fragment, ...branches].flatMap(textsIn);
}

/** Where blocks keep what they show. */
const BRANCHES = ['consequent', 'alternate', 'body', 'fallback', 'pending', 'then', 'catch'];

test.each(Object.keys(pages))('%s says nothing by itself', (path) => {
  expect(wordsIn(pages[path] ?? '')).toEqual([]);
});

test('text in markup and in what is read out is found', () => {
  expect(wordsIn('<p class="big">Hello {name}</p><input placeholder="Your name" />')).toEqual([
    'Hello',
    'Your name',
  ]);
});
