// Marketplace: its pages are at an origin of their own, so that a browser asks the server before it calls.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { server } from '../common/application.js';
import { customer, INTAKE, live, mechanic } from './garage.js';

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.E2E_CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    // The server under test is on loopback, and the page seems to come from the internet.
    args: ['--disable-gpu', '--no-first-run', '--disable-features=LocalNetworkAccessChecks'],
  });
});
after(() => browser?.close());

/** A page of this origin, of which nothing is real but its address. */
async function pageAt(origin) {
  const page = await browser.newPage();
  await page.route(`${origin}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Dashboard</title>' }),
  );
  await page.goto(`${origin}/dashboard`);
  return page;
}

/** What the page's own `fetch` gets, or why it gets nothing. */
function fetched(page, path, method, token, body) {
  const call = { url: `${server}/api${path}`, method, token, body };
  return page.evaluate(async ({ url, method, token, body }) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    try {
      const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
      return { status: response.status, data: await response.json() };
    } catch (error) {
      return { failed: String(error) };
    }
  }, call);
}

test('a page of an origin that the settings name makes a request, starts and ends', async () => {
  const page = await pageAt('https://app.marketplace.example');
  const [asks, takes] = [customer(), await mechanic()];
  const asked = await fetched(page, '/sessions/requests', 'POST', asks.token, INTAKE);
  assert.equal(asked.data?.status, 'pending', JSON.stringify(asked));
  const { id } = asked.data;
  await takes.api.accept(id);
  const started = await fetched(page, `/sessions/${id}/start`, 'POST', asks.token);
  assert.equal(started.data?.status, 'live', JSON.stringify(started));
  const ended = await fetched(page, `/sessions/${id}/end`, 'POST', asks.token, { reason: '' });
  assert.equal(ended.data?.status, 'completed', JSON.stringify(ended));
  assert.equal((await fetched(page, '/sessions/unknown', 'GET', asks.token)).data.error, 'Session not found');
});

test('a page of another origin is told nothing by its browser', async () => {
  const { asks, id } = await live();
  const page = await pageAt('https://evil.example');
  const answer = await fetched(page, `/sessions/${id}`, 'GET', asks.token);
  assert.match(answer.failed ?? JSON.stringify(answer), /Failed to fetch/);
});
