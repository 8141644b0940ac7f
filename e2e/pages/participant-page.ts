// The page of one participant, from the lobby to the end of the call: what is clicked, and what the page then shows.

import { expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';

import { DESKTOP } from '../harness/devices.ts';
import type { FakeMedia } from '../harness/fake-media.ts';
import { dominantColour, expectPicture, expectSound } from '../harness/media-assertions.ts';
import { expectWithin } from '../harness/time-limit.ts';
import { PATIENCE_MS } from '../harness/patience.ts';
import type { Server } from '../harness/server.ts';


/** E2E_FILM=1 puts a film of the page into its trace, too. Filming two calls costs as much as holding them. */
const FILMED = !!process.env.E2E_FILM;

/** How long whoever ended a call can go back, before the others hear of it. */
export const TAKE_BACK_MS = 5000;

export type Role = 'doctor' | 'patient' | 'guest';

declare global {
  interface Window {
    /** Every camera and microphone track that the page was given. */
    capturedTracks: MediaStreamTrack[];
  }
}

export class ParticipantPage {
  /** What the page has thrown. */
  readonly pageErrors: string[] = [];

  private constructor(
    readonly role: Role,
    readonly media: FakeMedia,
    readonly server: Server,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.pageErrors.push(error.stack ?? error.message));
  }

  /** A person with a fresh profile. */
  static async open(browser: Browser, role: Role, media: FakeMedia, server: Server, device = DESKTOP): Promise<ParticipantPage> {
    const context = await browser.newContext({ baseURL: server.pages, ...device });
    // The runner's own setting reaches only the browsers that it starts itself.
    context.setDefaultTimeout(PATIENCE_MS);
    await context.tracing.start({ screenshots: FILMED, snapshots: true });
    await context.addInitScript(rememberTracks);
    return new ParticipantPage(role, media, server, context, await context.newPage());
  }

  getByTestId(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** The one click of the demo, which leads to the lobby of the appointment that is now. */
  async enter(): Promise<void> {
    await this.page.goto('/');
    await this.getByTestId(`enter-${this.role}`).click();
    await expect(this.getByTestId('lobby')).toBeVisible();
  }

  async join(): Promise<void> {
    await this.getByTestId('join').click();
  }

  /** Another tab of the same browser, on the same page. */
  async openSecondTab(): Promise<ParticipantPage> {
    const page = await this.context.newPage();
    await page.goto(this.page.url());
    return new ParticipantPage(this.role, this.media, this.server, this.context, page);
  }

  /** Through the lobby, for somebody who has been admitted before. */
  async enterAgain(): Promise<void> {
    await expect(this.getByTestId('lobby')).toBeVisible();
    await this.join();
  }

  /** In the call, with the other's picture and sound. */
  async expectInCallWith(other: ParticipantPage): Promise<void> {
    await expect(this.getByTestId('call')).toBeVisible();
    await expectPicture(this.getByTestId('remote-video'), other.media.colour);
    await expectSound(this.page, other.media);
  }

  /** One click for two; in a call of more it is chosen from a menu. The others are out {@link TAKE_BACK_MS} later. */
  async endCall(): Promise<void> {
    const menu = this.getByTestId('hang-up');
    if ((await menu.count()) > 0) await menu.click();
    await this.getByTestId('end-call').click();
  }

  /** Goes for now. */
  async leaveCall(): Promise<void> {
    const menu = this.getByTestId('hang-up');
    await ((await menu.count()) > 0 ? menu : this.getByTestId('more')).click();
    await this.getByTestId('leave-call').click();
  }

  /** In a call of more than two: the pictures of all these, and of nobody else. */
  async expectInCallWithAll(others: ParticipantPage[]): Promise<void> {
    const pictures = this.getByTestId('remote-video');
    await expect(pictures).toHaveCount(others.length);
    const wanted = others.map(({ media }) => media.colour).sort();
    const shown = async () => Promise.all((await pictures.all()).map(dominantColour));
    await expect.poll(async () => (await shown()).sort(), { message: `pictures of ${wanted.join(', ')}` }).toEqual(wanted);
  }

  /** Out of the call, with camera and microphone switched off, so many milliseconds from now at most. */
  async expectOut(limit: number): Promise<void> {
    const began = Date.now();
    const out = await this.page.waitForFunction(instantOut, undefined, { polling: 20 }).catch(() => null);
    await expect(this.getByTestId('session-ended')).toBeVisible();
    expect(await this.liveTracks(), 'camera and microphone off').toBe(0);
    expectWithin(limit, Number(await out?.jsonValue()) - began, `the ${this.role} is out`);
  }

  /** How many of the camera and microphone tracks that this page was given are still running. */
  async liveTracks(): Promise<number> {
    return this.page.evaluate(() => window.capturedTracks.filter((track) => track.readyState === 'live').length);
  }

  /** Leaves a screenshot and a trace behind. */
  async saveTrace(directory: string): Promise<void> {
    await this.page.screenshot({ path: `${directory}/${this.role}.png` }).catch(() => undefined);
    await this.context.tracing.stop({ path: `${directory}/${this.role}-trace.zip` });
  }
}

/** Runs in the page, before the page's own code. */
function rememberTracks(): void {
  window.capturedTracks = [];
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const original = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await original(constraints);
    window.capturedTracks.push(...stream.getTracks());
    return stream;
  };
}

/** Runs in the page: when the call is over for it; false before. */
function instantOut(): number | false {
  const isShown = document.querySelector('[data-testid="session-ended"]')?.checkVisibility() ?? false;
  const isLive = window.capturedTracks.some(({ readyState }) => readyState === 'live');
  return isShown && !isLive && Date.now();
}
