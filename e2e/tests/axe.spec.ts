// Every page of every role, in light and dark, in narrow windows and enlarged, for everybody.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { SIGHTS } from '../harness/pages.ts';
import { settled, visit } from '../harness/sight.ts';
import { Stage } from '../harness/stage.ts';
import { expect, test } from '../harness/test.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a theme changes; the rest of a page is the same in both. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
const USUAL = { width: 1280, height: 800 };
/** The narrowest that WCAG 1.4.10 asks for, and a window of 1440 × 900 at 200 %. */
const NARROW = { '320 px': { width: 320, height: 640 }, '200 %': { width: 720, height: 450 } };

test('nobody is kept out of any page', async ({ server, doctorBrowser, patientBrowser }) => {
  test.setTimeout(400_000);
  const browsers = { practitioner: doctorBrowser, client: patientBrowser };
  const stage = await Stage.set(server, browsers, { viewport: USUAL, reducedMotion: 'reduce' });
  for (const sight of SIGHTS) {
    // One page that cannot be reached hides nothing of the others.
    const missed = (problem: unknown) => expect.soft(problem, sight.name).toBeUndefined();
    await test.step(sight.name, () => visit(sight, stage, (page) => examine(sight.name, page)).catch(missed));
  }
  await stage.strike();
});

async function examine(name: string, page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await settled(page);
  expect.soft(await violations(page, RULES), name).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await settled(page);
  expect.soft(await violations(page, COLOURS), `${name}, dark`).toEqual([]);
  for (const [how, size] of Object.entries(NARROW)) {
    await page.setViewportSize(size);
    await settled(page);
    expect.soft(await tooWide(page), `${name} at ${how} scrolls sideways`).toEqual([]);
  }
  await page.setViewportSize(USUAL);
}

/** What axe finds: the rule, and where. */
async function violations(page: Page, rules: string[]): Promise<string[]> {
  // Without frames of other sites it needs no second page to gather what it found.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ runOnly: rules });
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`));
}

/** What makes the page wider than its window. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const beyond = [...document.body.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > room + 1);
    return beyond.slice(0, 5).map((it) => `${it.tagName.toLowerCase()}.${it.className}`);
  });
}
