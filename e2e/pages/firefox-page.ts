// Debian's Firefox, which speaks WebDriver BiDi as it comes, with a camera and a microphone of its own.

import puppeteer, { type Browser, type ElementHandle, type Page } from 'puppeteer-core';

import { type FakeMedia } from '../harness/fake-media.ts';
import { PATIENCE_MS } from '../harness/patience.ts';
import type { Server } from '../harness/server.ts';

const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
};

declare global {
  interface Window {
    /** Every peer connection that the page has made. */
    connections: RTCPeerConnection[];
  }
}

/** One person in front of Firefox. */
export class FirefoxPage {
  /** What the page has thrown. */
  readonly pageErrors: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly server: Server,
  ) {
    page.on('pageerror', (error) => this.pageErrors.push(String(error)));
  }

  static async launch(media: FakeMedia, server: Server): Promise<FirefoxPage> {
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env.E2E_FIREFOX ?? '/usr/bin/firefox-esr',
      extraPrefsFirefox: { ...PREFERENCES, 'media.navigator.audio.fake_frequency': media.tone },
    });
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(rememberConnections);
    return new FirefoxPage(browser, page, server);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.server.pages + path);
  }

  async waitForTestId(testId: string): Promise<ElementHandle> {
    const element = await this.page.waitForSelector(`[data-testid="${testId}"]`, { visible: true, timeout: PATIENCE_MS });
    if (!element) throw new Error(`${testId} is not there`);
    return element;
  }

  /** Waits until this is so of the element. */
  async waitUntil(testId: string, so: (element: Element) => boolean): Promise<void> {
    const element = await this.waitForTestId(testId);
    await this.page.waitForFunction(so, { timeout: PATIENCE_MS }, element);
  }

  async click(testId: string): Promise<void> {
    // The locator waits until nothing moves the button any more.
    await this.page.locator(`[data-testid="${testId}"]`).setTimeout(PATIENCE_MS).click();
  }

  /** How many frames of the other's picture have been shown. */
  async shownFrames(): Promise<number> {
    const video = await this.waitForTestId('remote-video');
    // What the standard has for this stays 0 for a stream in Firefox.
    return video.evaluate((element) => (element as HTMLVideoElement & { mozPaintedFrames: number }).mozPaintedFrames);
  }

  /**
   * The energy of all the sound that has been decoded for a player that plays aloud. (Firefox starts no AudioContext on
   * a machine without loudspeakers, so that tones cannot be told apart.)
   */
  async heardEnergy(): Promise<number> {
    return this.page.evaluate(async () => {
      const player = document.querySelector<HTMLAudioElement>('[data-testid="remote-audio"]');
      if (!player || player.muted || player.paused || player.volume === 0) return 0;
      const reports = await Promise.all(window.connections.map((connection) => connection.getStats()));
      const energies = reports.flatMap((report) => [...report.values()].map((it) => it.totalAudioEnergy ?? 0));
      return energies.reduce((sum, energy) => sum + energy, 0);
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Runs in the page, before the page's own code. */
function rememberConnections(): void {
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      window.connections.push(this);
    }
  };
}
