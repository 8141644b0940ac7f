// Debian's Chromium with a camera and a microphone of its own.

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Browser, chromium } from '@playwright/test';

import { fakeMediaFlags, type FakeMedia } from './fake-media.ts';

const FLAGS = [
  '--disable-gpu',
  '--use-fake-device-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-sync',
  '--disable-component-update',
  '--autoplay-policy=no-user-gesture-required',
  // Two windows share one screen: neither may be slowed down for being behind the other.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** What the user says when the page asks for camera and microphone. */
export type Answer = 'allow' | 'deny';

/** Starts a browser whose camera and microphone show this. */
export async function launch(media: FakeMedia, answer: Answer = 'allow'): Promise<Browser> {
  const directory = await mkdtemp(path.join(tmpdir(), 'openvisit-fake-media-'));
  const consent = answer === 'allow' ? '--use-fake-ui-for-media-stream' : '--deny-permission-prompts';
  const browser = await chromium.launch({
    executablePath: process.env.E2E_CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    args: [...FLAGS, consent, ...(await fakeMediaFlags(directory, media))],
  });
  browser.once('disconnected', () => rmSync(directory, { recursive: true, force: true }));
  return browser;
}
