// What axe finds wrong with a page, in both themes.

import type { Page } from '@playwright/test';
import axe from 'axe-core';

import { waitUntilSettled } from '../pages/page-state.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a theme changes; the rest of a page is the same in both. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** By theme: the rule, and where. */
export interface Violations {
  light: string[];
  dark: string[];
}

export const NOTHING: Violations = { light: [], dark: [] };

/** Leaves the page dark. */
export async function violations(page: Page): Promise<Violations> {
  return { light: await found(page, 'light', RULES), dark: await found(page, 'dark', COLOURS) };
}

async function found(page: Page, colorScheme: 'light' | 'dark', rules: string[]): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  await waitUntilSettled(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options = { runOnly: rules, resultTypes: ['violations' as const] };
  const { violations } = await page.evaluate((wanted) => axe.run(document, wanted), options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`));
}
