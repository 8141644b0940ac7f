// Pictures of every page, on a desk and on a phone, in light and dark: docs/screens.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { type BrowserContextOptions, expect, type Page, test } from '@playwright/test';

import { launch } from '../harness/browser.ts';
import { PHONE } from '../harness/devices.ts';
import { SERVER_SETTINGS, PAGE_STATES } from '../pages/all-states.ts';
import { CLIENT_CAMERA, PRACTITIONER_CAMERA } from './drawn-people.ts';
import { Server } from '../harness/server.ts';
import { waitUntilSettled, forEachState } from '../pages/page-state.ts';
import { UserPages } from '../pages/user-pages.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../docs/screens');
const ANYWHERE: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' };
const DEVICES: Record<string, BrowserContextOptions> = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { ...PHONE, deviceScaleFactor: 2 },
};

for (const [name, device] of Object.entries(DEVICES)) {
  for (const [title, states] of Object.entries(PAGE_STATES)) {
    test(`${title}, ${name}`, async () => {
      const server = await Server.start(undefined, SERVER_SETTINGS);
      const browsers = { practitioner: await launch(PRACTITIONER_CAMERA), client: await launch(CLIENT_CAMERA) };
      const users = await UserPages.signIn(server, browsers, { ...ANYWHERE, ...device });
      await forEachState(states, users, (page, state) => pictures(page, `${state}-${name}`));
      await Promise.all(Object.values(browsers).map((browser) => browser.close()));
      await server.dispose();
      expect(server.errors()).toEqual([]);
    });
  }
}

async function pictures(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await waitUntilSettled(page);
    await picture(page, path.join(FOLDER, `${name}-${theme}.webp`));
  }
}

/** WebP is a fifth of a PNG here; only Chromium itself writes it. */
async function picture(page: Page, file: string): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: 75 });
  await browser.detach();
  await writeFile(file, Buffer.from(data, 'base64'));
}
