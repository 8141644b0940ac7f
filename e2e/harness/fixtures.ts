// The tests' own `test`: a server, a doctor and a patient in browsers of their own. A test that fails
// leaves screenshots, traces and the server's log; an ERROR in the log fails the test.

import { mkdir, writeFile } from 'node:fs/promises';

import { type Browser, type BrowserContextOptions, expect, test as base } from '@playwright/test';

import { launch } from './browser.ts';
import { DESKTOP } from './devices.ts';
import { DOCTOR_MEDIA, PATIENT_MEDIA } from './fake-media.ts';
import { LiveKit } from './livekit.ts';
import { ParticipantPage } from '../pages/participant-page.ts';
import { Nodes } from './nodes.ts';
import { type Arrangement, Server } from './server.ts';

/** A journey that every run holds at two nodes, too. */
export const NODES = '@nodes';

export interface Provided {
  /** Who carries the calls. */
  provider: 'embedded' | 'livekit';
  /** How many nodes serve, behind a proxy that sends each request to another one; one serves by itself. */
  nodes: number;
}

interface Cast extends Provided {
  /** A LiveKit of one's own where it carries the calls. */
  livekit: LiveKit | undefined;
  /** How the server is set, beside the demo. */
  settings: Record<string, string>;
  /** And what the environment cannot say. */
  arrangement: Arrangement;
  /** What the doctor and the patient have in front of them. */
  device: BrowserContextOptions;
  server: Server;
  doctor: ParticipantPage;
  patient: ParticipantPage;
}

interface Browsers {
  doctorBrowser: Browser;
  patientBrowser: Browser;
}

export const test = base.extend<Cast, Browsers>({
  doctorBrowser: [
    async ({}, use) => {
      const browser = await launch(DOCTOR_MEDIA);
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  patientBrowser: [
    async ({}, use) => {
      const browser = await launch(PATIENT_MEDIA);
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  settings: [{}, { option: true }],
  arrangement: [{}, { option: true }],
  device: [DESKTOP, { option: true }],

  provider: ['embedded', { option: true }],
  nodes: [1, { option: true }],

  livekit: async ({ provider }, use) => {
    const livekit = provider === 'livekit' ? await LiveKit.start() : undefined;
    await use(livekit);
    await livekit?.dispose();
  },

  server: async ({ settings, arrangement, livekit, nodes }, use, testInfo) => {
    const all = { ...livekit?.settings, ...settings };
    const server =
      nodes > 1 ? await Nodes.begin(nodes, all, arrangement) : await Server.start(undefined, all, arrangement);
    if (livekit) livekit.webhooks.target = server.url;
    await use(server);
    await server.dispose();
    const errors = server.errors();
    if (errors.length > 0 || testInfo.status !== testInfo.expectedStatus) {
      await mkdir(testInfo.outputDir, { recursive: true });
      await writeFile(testInfo.outputPath('server.log'), server.log);
      if (livekit) await writeFile(testInfo.outputPath('livekit.log'), livekit.log);
    }
    expect(errors, 'errors in the log of the server').toEqual([]);
  },

  doctor: async ({ doctorBrowser, server, device }, use, testInfo) => {
    const party = await ParticipantPage.open(doctorBrowser, 'doctor', DOCTOR_MEDIA, server, device);
    await use(party);
    await dismiss(party, testInfo);
  },

  patient: async ({ patientBrowser, server, device }, use, testInfo) => {
    const party = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server, device);
    await use(party);
    await dismiss(party, testInfo);
  },
});

export { expect };

async function dismiss(party: ParticipantPage, testInfo: ReturnType<typeof test.info>): Promise<void> {
  if (testInfo.status !== testInfo.expectedStatus) await party.saveTrace(testInfo.outputDir);
  await party.context.close();
  expect(party.pageErrors, `errors in the page of the ${party.role}`).toEqual([]);
}
