import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BROWSERS, targets } from './browsers';

test('the README names the same versions', () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../../README.md'), 'utf8');
  for (const { name, from } of BROWSERS) expect(readme).toContain(`| ${name} | ${from} |`);
});

test('a build tool understands them', () => {
  expect(targets()).toContain('ios16.4');
  for (const target of targets())
    expect(target).toMatch(/^(chrome|edge|firefox|safari|ios)[\d.]+$/);
});
