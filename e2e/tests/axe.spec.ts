// Every page of every role, in light and dark, in narrow windows and enlarged, for everybody.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { settled, SIGHTS } from '../harness/pages.ts';
import { Stage } from '../harness/stage.ts';
import { expect, test } from '../harness/test.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const USUAL = { width: 1280, height: 800 };
/** The narrowest that WCAG 1.4.10 asks for, and a window of 1440 × 900 at 200 %. */
const NARROW = { '320 px': { width: 320, height: 640 }, '200 %': { width: 720, height: 450 } };

test('nobody is kept out of any page', async ({ server, doctorBrowser, patientBrowser }) => {
  test.setTimeout(180_000);
  const browsers = { practitioner: doctorBrowser, client: patientBrowser };
  const stage = await Stage.set(server, browsers, { viewport: USUAL, reducedMotion: 'reduce' });
  for (const { name, visitor, reach } of SIGHTS) {
    await test.step(name, async () => {
      await reach(stage);
      const page = await stage.page(visitor);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await settled(page);
        expect.soft(await violations(page), `${name}, ${colorScheme}`).toEqual([]);
      }
      for (const [how, size] of Object.entries(NARROW)) {
        await page.setViewportSize(size);
        await settled(page);
        expect.soft(await tooWide(page), `${name} at ${how} scrolls sideways`).toEqual([]);
      }
      await page.setViewportSize(USUAL);
    });
  }
  await stage.strike();
});

/** What axe finds: the rule, and where. */
async function violations(page: Page): Promise<string[]> {
  // Without frames of other sites it needs no second page to gather what it found.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode().analyze();
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
