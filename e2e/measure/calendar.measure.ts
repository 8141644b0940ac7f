// How long frames get while a week of 500 appointments is scrolled, and how long the week takes to be drawn.

import { type Browser, type Page, test } from '@playwright/test';

import { Account } from '../harness/api.ts';
import { launch } from '../harness/browser.ts';
import { DOCTOR_MEDIA } from '../harness/fake-media.ts';
import { Server } from '../harness/server.ts';
import { print } from './figures.ts';

const APPOINTMENTS = 500;
const PASSWORD = 'openvisit-demo';
const ROUNDS = 5;
/** Wheel turns in a round, to the evening and back. */
const TURNS = 60;
const STEP_PX = 40;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

test(`frames while ${APPOINTMENTS} appointments are scrolled`, async () => {
  const server = await Server.start();
  const browser = await launch(DOCTOR_MEDIA);
  const day = await fill(server);
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    // Its week begins on Monday.
    locale: 'en-GB',
  });
  await context.request.post('/api/v1/auth/login', { data: { email: 'full@demo.test', password: PASSWORD } });
  const page = await context.newPage();

  const began = performance.now();
  await page.goto(`/calendar?view=week&day=${day}`);
  await page.waitForFunction((count) => document.querySelectorAll('.ec-event').length >= count, APPOINTMENTS);
  print(`Calendar with ${APPOINTMENTS} appointments, page load to drawn`, [performance.now() - began], 'ms');

  const longest: number[] = [];
  const busiest: number[] = [];
  while (longest.length < ROUNDS) {
    const tasks = await traced(browser, async () => longest.push(Math.max(...(await scrolled(page)))));
    busiest.push(Math.max(...tasks));
  }
  print('The longest frame of a round of scrolling', longest, 'ms');
  print('The longest task of the page in it, processor time', busiest, 'ms');
  await browser.close();
  await server.dispose();
});

/** The time between frames while the wheel turns. */
async function scrolled(page: Page): Promise<number[]> {
  const box = await page.locator('.ec-main').boundingBox();
  if (!box) throw new Error('no calendar');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(watchFrames);
  for (let turn = 0; turn < TURNS; turn++) await page.mouse.wheel(0, turn < TURNS / 2 ? STEP_PX : -STEP_PX);
  return page.evaluate(() => window.frameTimes);
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds on a processor: what other programs take meanwhile does not count. */
  tdur?: number;
  args: { name?: string };
}

/** The processor time in milliseconds of each task on the pages' main threads. */
async function traced(browser: Browser, run: () => Promise<unknown>): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const includedCategories = ['toplevel', '__metadata'];
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  await run();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = new Set(events.filter(({ args }) => args.name === 'CrRendererMain').map(threadOf));
  const tasks = events.filter((event) => mains.has(threadOf(event)) && event.name.endsWith('RunTask'));
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}

declare global {
  interface Window {
    frameTimes: number[];
  }
}

function watchFrames(): void {
  const frames: number[] = (window.frameTimes = []);
  let last = 0;
  const note = (now: number) => {
    if (last > 0) frames.push(now - last);
    last = now;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}

/** A practitioner whose every quarter of an hour of a week is taken, five minutes each; gives back one of its days. */
async function fill(server: Server): Promise<string> {
  const admin = await Account.logIn(server, 'admin');
  const body = { email: 'full@demo.test', name: 'Dr. Full', roles: ['practitioner'], password: PASSWORD };
  const { id: practitioner_id } = await admin.post<{ id: string }>('/users', body);
  const full = await Account.signIn(server, 'full@demo.test', PASSWORD);
  const { id: client_id } = await full.post<{ id: string }>('/clients', { name: 'Hanna Berg' });
  const monday = nextMonday();
  for (let at = 0; at < APPOINTMENTS; at++) {
    const starts_at = new Date(monday + Math.floor(at / 72) * DAY_MS + (360 + (at % 72) * 15) * MINUTE_MS).toISOString();
    await full.post('/appointments', { practitioner_id, client_id, starts_at, duration_minutes: 15, passcode: false });
  }
  return new Date(monday).toISOString().slice(0, 10);
}

function nextMonday(): number {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return today + (8 - (new Date(today).getUTCDay() || 7)) * DAY_MS;
}
