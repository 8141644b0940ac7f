// Every page of every role, in light and dark, in narrow windows and enlarged, for everybody.

import type { Page } from '@playwright/test';

import { NOTHING, violations } from '../harness/axe.ts';
import { SERVER_SETTINGS, PAGE_STATES } from '../pages/all-states.ts';
import { waitUntilSettled, forEachState } from '../pages/page-state.ts';
import { TEST_TIMEOUT_MS } from '../harness/patience.ts';
import { UserPages } from '../pages/user-pages.ts';
import { expect, test } from '../harness/fixtures.ts';

const USUAL = { width: 1280, height: 800 };
/** The narrowest that WCAG 1.4.10 asks for, and a window of 1440 × 900 at 200 %. */
const NARROW = { '320 px': { width: 320, height: 640 }, '200 %': { width: 720, height: 450 } };

test.use({ settings: SERVER_SETTINGS });

for (const [name, states] of Object.entries(PAGE_STATES)) {
  test(`nobody is kept out of ${name}`, async ({ server, doctorBrowser, patientBrowser }) => {
    test.setTimeout(2 * TEST_TIMEOUT_MS);
    const browsers = { practitioner: doctorBrowser, client: patientBrowser };
    const users = await UserPages.signIn(server, browsers, { viewport: USUAL, reducedMotion: 'reduce' });
    await forEachState(states, users, examine);
    await users.close();
  });
}

async function examine(page: Page, name: string): Promise<void> {
  expect.soft(await violations(page), name).toEqual(NOTHING);
  for (const [how, size] of Object.entries(NARROW)) {
    await page.setViewportSize(size);
    await waitUntilSettled(page);
    expect.soft(await tooWide(page), `${name} at ${how} scrolls sideways`).toEqual([]);
    await read(page, 'rtl');
    expect.soft(await tooWide(page), `${name} from right to left, at ${how}, scrolls sideways`).toEqual([]);
    await read(page, 'ltr');
  }
  await page.setViewportSize(USUAL);
}

/** No language of ours is read from the right yet; pages are ready for one. */
async function read(page: Page, direction: 'ltr' | 'rtl'): Promise<void> {
  await page.evaluate((direction) => (document.documentElement.dir = direction), direction);
  await waitUntilSettled(page);
}

/** What makes the page wider than its window. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const isBeyond = ({ left, right }: DOMRect) => left < -1 || right > room + 1;
    const beyond = [...document.body.querySelectorAll('*')].filter((it) => isBeyond(it.getBoundingClientRect()));
    return beyond.slice(0, 5).map((it) => `${it.tagName.toLowerCase()}.${it.className}`);
  });
}
