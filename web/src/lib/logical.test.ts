// Pages read from right to left, too: nothing of their style names a side that is not start or end.

import { expect, test } from 'vitest';

const files = import.meta.glob<string>(['/src/**/*.svelte', '/src/**/*.css'], {
  eager: true,
  query: '?raw',
  import: 'default',
});

const SIDED =
  /^((margin|padding|border|inset)-(left|right)\b.*|left|right|border-(top|bottom)-(left|right)-radius)$/;
const FOUR_SIDED = /^(margin|padding|inset|border-width|border-radius)$/;

/** What a declaration names by its side; a phone's notch is where it is. */
function isSided(property: string, value: string): boolean {
  if (value.includes('safe-area-inset')) return false;
  if (SIDED.test(property)) return true;
  if (/^(text-align|float|clear)$/.test(property)) return /^(left|right)\b/.test(value);
  return FOUR_SIDED.test(property) && isLopsided(property, value.split(/\s+(?![^(]*\))/));
}

function isLopsided(property: string, parts: string[]): boolean {
  const [first, second = first, third = first, fourth = second] = parts;
  // Corners go round from the start of the first line; edges from the top.
  return property === 'border-radius' ? first !== second || third !== fourth : second !== fourth;
}

function styles(file: string, text: string): string {
  return file.endsWith('.css') ? text : (/<style[^>]*>(.*)<\/style>/s.exec(text)?.[1] ?? '');
}

test.each(Object.entries(files))('%s names no side', (file, text) => {
  const declarations = styles(file, text).matchAll(/^\s*([a-z-]+):\s*([^;{]+);/gm);
  const sided = [...declarations].filter(([, property, value]) =>
    isSided(property ?? '', value ?? ''),
  );
  expect(sided.map(([line]) => line.trim())).toEqual([]);
});
