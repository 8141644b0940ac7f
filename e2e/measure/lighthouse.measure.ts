// What Lighthouse says of the pages that people see first, as on a phone with a slow network.

import lighthouse from 'lighthouse';
import puppeteer, { type Browser } from 'puppeteer-core';

import { expect, test } from '@playwright/test';

import { Account } from '../harness/api.ts';
import { Server } from '../harness/server.ts';

const TARGETS = { performance: 95, accessibility: 100, 'best-practices': 100 };
type Category = keyof typeof TARGETS;
const CATEGORIES = Object.keys(TARGETS) as Category[];

const PAGES: { name: string; account: 'doctor' | 'patient' | null; path: (session: string) => string }[] = [
  { name: 'entry', account: null, path: () => '/' },
  { name: 'lobby', account: 'patient', path: (session) => `/join/${session}` },
  { name: 'overview', account: 'patient', path: () => '/overview' },
  { name: 'today', account: 'doctor', path: () => '/today' },
];

test('Lighthouse', async () => {
  test.setTimeout(600_000);
  const server = await Server.start();
  const session = await openSession(server);
  const table: Record<string, Record<Category, number>> = {};
  const missed: string[] = [];
  for (const { name, account, path } of PAGES) {
    const browser = await launch();
    const { scores, complaints } = await audit(browser, server, account, path(session));
    await browser.close();
    table[name] = scores;
    console.log(name, scores);
    const short = CATEGORIES.filter((category) => scores[category] < TARGETS[category]);
    if (short.length > 0) missed.push(`${name}:`, ...complaints);
  }
  console.table(table);
  await server.dispose();
  expect(missed, 'what Lighthouse complains about').toEqual([]);
});

async function launch(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env.E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
}

async function audit(browser: Browser, server: Server, account: string | null, path: string) {
  const page = await browser.newPage();
  await page.goto(server.url);
  if (account) await page.evaluate(signIn, `${account}@demo.test`);
  // Nothing is kept but the cookie, as on a new day in a browser that was never here.
  await page.evaluate(() => sessionStorage.clear());
  await (await page.createCDPSession()).send('Network.clearBrowserCache');
  const flags = { onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: 'error' as const };
  const result = await lighthouse(server.url + path, flags, undefined, page);
  if (!result) throw new Error('Lighthouse has no result');
  const { categories, audits } = result.lhr;
  const score = (category: Category) => Math.round((categories[category]?.score ?? 0) * 100);
  const scores = Object.fromEntries(CATEGORIES.map((it) => [it, score(it)])) as Record<Category, number>;
  const complaints = Object.values(audits)
    .filter((it) => it.score !== null && it.score < 0.9)
    .map(({ id, displayValue, details }) => `  ${id} ${displayValue ?? ''} ${JSON.stringify(details ?? '').slice(0, 600)}`);
  return { scores, complaints };
}

/** Runs in the page: the answer's cookie is what keeps somebody signed in. */
async function signIn(email: string): Promise<void> {
  const body = JSON.stringify({ email, password: 'openvisit-demo' });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch('/api/v1/auth/login', { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`${email} cannot sign in: ${answer.status}`);
}

async function openSession(server: Server): Promise<string> {
  const doctor = await Account.logIn(server, 'doctor');
  const { items } = await doctor.get<{ items: { session_id: string; join_opens_at: string; ends_at: string }[] }>(
    '/appointments?limit=100',
  );
  const now = Date.now();
  const open = items.find((it) => Date.parse(it.join_opens_at) <= now && now < Date.parse(it.ends_at));
  if (!open) throw new Error('the demo has no appointment now');
  return open.session_id;
}
