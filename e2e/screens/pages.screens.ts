// Pictures of every page, on a desk and on a phone, in light and dark: docs/screens.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { type BrowserContextOptions, expect, type Page, test } from '@playwright/test';

import { launch } from '../harness/browser.ts';
import { PHONE } from '../harness/devices.ts';
import { SETTINGS, WALKS } from '../harness/pages.ts';
import { CLIENT_PORTRAIT, PRACTITIONER_PORTRAIT } from '../harness/portrait.ts';
import { Server } from '../harness/server.ts';
import { settled, walk } from '../harness/sight.ts';
import { Stage } from '../harness/stage.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../docs/screens');
const ANYWHERE: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' };
const DEVICES: Record<string, BrowserContextOptions> = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { ...PHONE, deviceScaleFactor: 2 },
};

for (const [name, device] of Object.entries(DEVICES)) {
  for (const [title, sights] of Object.entries(WALKS)) {
    test(`${title}, ${name}`, async () => {
      const server = await Server.start(undefined, SETTINGS);
      const browsers = { practitioner: await launch(PRACTITIONER_PORTRAIT), client: await launch(CLIENT_PORTRAIT) };
      const stage = await Stage.set(server, browsers, { ...ANYWHERE, ...device });
      await walk(sights, stage, (page, sight) => pictures(page, `${sight}-${name}`));
      await Promise.all(Object.values(browsers).map((browser) => browser.close()));
      await server.dispose();
      expect(server.errors()).toEqual([]);
    });
  }
}

async function pictures(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await settled(page);
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
