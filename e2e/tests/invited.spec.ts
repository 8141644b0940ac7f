// Whoever was booked with nothing but a name, on a phone: from the letter to the end of the call, by a personal link or
// by the passcode.

import type { Browser, Page } from '@playwright/test';

import { Account, DEMO_PASSWORD } from '../harness/api.ts';
import { PHONE } from '../harness/devices.ts';
import { DOCTOR_MEDIA, PATIENT_MEDIA } from '../harness/fake-media.ts';
import { expect, test } from '../harness/fixtures.ts';
import { invite } from '../harness/invitation.ts';
import { expectAtHand, expectNoSideways } from '../harness/layout-assertions.ts';
import type { Server } from '../harness/server.ts';
import { ParticipantPage, TAKE_BACK_MS } from '../pages/participant-page.ts';

const DESK = { timezoneId: 'Europe/Berlin', locale: 'en-GB', viewport: { width: 1440, height: 900 } };
const NAME = 'Praxis am Deich';
const NOWHERE = '/join/01890000-0000-7000-8000-000000000000';

test.use({ settings: { OPENVISIT_NAME: NAME } });

test('reception books by name only, and the letter leads a phone without account through the visit', async ({ server, doctorBrowser, patientBrowser }) => {
  const desk = await reception(server, doctorBrowser);
  await bookNow(desk, 'Oda Lien');
  const links: string[] = [];
  await test.step('the letter holds a personal link and no passcode, and each copy another link', async () => {
    const code = await desk.getByTestId('passcode-shown').innerText();
    for (const hand of ['copy-invitation', 'copy-invitation', 'mail-invitation', 'print-invitation']) {
      await desk.getByTestId(hand).click();
      // Until one is made, the letter says that it will be.
      const another = (link: string) => link.includes('/invite#') && link !== links.at(-1);
      await expect.poll(async () => another(await handedOut(desk)), { message: 'a link of its own' }).toBe(true);
      links.push(await handedOut(desk));
      await expect(desk.getByTestId('invitation-text')).not.toContainText(code);
    }
    expect(new Set(links).size).toBe(4);
    const copied = await desk.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(links[1]);
    expect(copied).not.toContain(code);
    const draft = await desk.getByTestId('mail-draft').getAttribute('href');
    expect(decodeURIComponent(draft ?? '')).toContain(links[3]);

    await desk.getByTestId('by-passcode').check();
    await desk.getByTestId('copy-invitation').click();
    await expect.poll(() => desk.evaluate(() => navigator.clipboard.readText())).toContain(code);
    const plain = await desk.evaluate(() => navigator.clipboard.readText());
    expect(plain).toMatch(/\/join\/[0-9a-f-]{36}\n/);
    expect(plain).not.toContain('/invite');
    await desk.getByTestId('invitation-done').click();
  });

  const client = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server, PHONE);
  const clicks = await countClicks(client.page);
  await client.page.goto(`/invite${new URL(links[0] ?? '').hash}`);
  await expectAtHand(client.getByTestId('accept-invitation'));
  await client.getByTestId('accept-invitation').tap();
  await expectAtHand(client.getByTestId('join'));
  await expect(client.getByTestId('passcode')).toHaveCount(0);
  await client.getByTestId('join').tap();
  await expect(client.getByTestId('waiting-room')).toBeVisible();
  expect(clicks(), 'clicks from the link to the waiting room').toBeLessThanOrEqual(2);
  await expectNoSideways(client.page);

  const practitioner = await sitDown(server, doctorBrowser, client.page.url());
  await practitioner.getByTestId('admit').click();
  await Promise.all([practitioner.expectInCallWith(client), client.expectInCallWith(practitioner)]);
  await practitioner.endCall();
  await Promise.all([practitioner.expectOut(2000), client.expectOut(TAKE_BACK_MS + 2000)]);
  await client.getByTestId('star-5').tap();
  await expect(client.getByTestId('saved')).toBeVisible();

  await client.page.goto('/nothing');
  await expect(client.getByTestId('error-page')).toBeVisible();
  await expect(client.page.getByRole('banner')).toContainText(NAME);
  await expect(client.page).toHaveTitle(new RegExp(NAME));
  expect(await (await client.page.request.get('/nothing')).text()).toContain(`<title>${NAME}</title>`);
  await Promise.all([client, practitioner].map(({ context }) => context.close()));
  await desk.context().close();
});

test('who comes by the passcode is let in by name, and whoever is shut out is out', async ({ server, doctorBrowser, patientBrowser }) => {
  const colleague = await Account.signIn(server, 'colleague@demo.test', DEMO_PASSWORD);
  const { id, path, passcode, session } = await invite(colleague, { passcode: true, name: 'Oda Lien' });
  const plain = `/join/${session}`;
  const stranger = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server, PHONE);

  await test.step('a link looks the same whether it leads anywhere or not', async () => {
    const shown: string[] = [];
    for (const place of [NOWHERE, plain]) {
      await stranger.page.goto(place);
      await expect(stranger.getByTestId('signed-out')).toBeVisible();
      await expect.poll(() => stranger.liveTracks()).toBe(0);
      shown.push(await stranger.page.locator('body').innerText(), await stranger.page.title());
    }
    expect(shown.slice(2)).toEqual(shown.slice(0, 2));
    await expectNoSideways(stranger.page);
  });

  const practitioner = await sitDown(server, doctorBrowser, plain);
  await stranger.getByTestId('own-name').fill('Mo');
  await stranger.getByTestId('passcode').fill(passcode);
  await stranger.getByTestId('come-by-code').tap();
  await stranger.getByTestId('join').tap();
  await expect(stranger.getByTestId('waiting-room')).toBeVisible();
  await expect(practitioner.page.getByText('Mo (by passcode)').first()).toBeVisible();
  await practitioner.getByTestId('admit').click();
  await Promise.all([practitioner.expectInCallWith(stranger), stranger.expectInCallWith(practitioner)]);

  const client = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server, PHONE);
  await client.page.goto(path);
  await client.getByTestId('accept-invitation').tap();
  await client.getByTestId('join').tap();
  await expect(client.getByTestId('waiting-room'), 'the client has a place whoever is there').toBeVisible();

  await test.step('withdrawn in the call, and while waiting', async () => {
    const desk = await reception(server, doctorBrowser);
    await desk.goto(`/calendar?appointment=${id}`);
    const ways = desk.getByTestId('ways-in').getByRole('listitem');
    await expect(ways).toHaveText([/Oda Lien.*1 personal link, last used/s, /Mo.*by passcode/s]);
    for (const [way, person, place] of [[1, stranger, 'turned_away'], [0, client, 'signed-out']] as const) {
      await ways.nth(way).getByTestId('withdraw-way-in').click();
      await desk.getByTestId('withdraw-yes').click();
      await expect(ways).toHaveCount(way);
      await expect(person.getByTestId(place)).toBeVisible();
      await expect.poll(() => person.liveTracks()).toBe(0);
    }
    await desk.context().close();
  });
  await client.page.goto(path);
  await client.getByTestId('accept-invitation').tap();
  await expect(client.getByTestId('error')).toHaveAttribute('data-code', 'not_found');
  await Promise.all([client, stranger, practitioner].map(({ context }) => context.close()));
});

/** The desk of the demo's practice. */
async function reception(server: Server, browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, permissions: ['clipboard-read', 'clipboard-write'], ...DESK });
  const data = { email: 'assistant@demo.test', password: DEMO_PASSWORD };
  expect((await context.request.post('/api/v1/auth/login', { data })).ok()).toBe(true);
  return context.newPage();
}

/** The second practitioner of the practice, who has nothing else to do, in the call. */
async function sitDown(server: Server, browser: Browser, session: string): Promise<ParticipantPage> {
  const practitioner = await ParticipantPage.open(browser, 'doctor', DOCTOR_MEDIA, server);
  const data = { email: 'colleague@demo.test', password: DEMO_PASSWORD };
  expect((await practitioner.context.request.post('/api/v1/auth/login', { data })).ok()).toBe(true);
  await practitioner.page.goto(session);
  await practitioner.join();
  await expect(practitioner.getByTestId('call')).toBeVisible();
  return practitioner;
}

/** Half an hour from in two minutes with the second practitioner, of whom reception knows a name. */
async function bookNow(desk: Page, name: string): Promise<void> {
  await desk.goto('/calendar?view=day');
  await desk.evaluate(() => (window.print = () => undefined));
  await desk.getByTestId('new-appointment').click();
  await desk.getByTestId('practitioner').selectOption({ label: 'Dr. Henrik Brandt' });
  await desk.getByTestId('new-client').click();
  await desk.getByTestId('client-name').fill(name);
  const soon = new Date(Date.now() + 2 * 60_000).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' });
  await desk.getByTestId('date').fill(soon.slice(0, 10));
  await desk.getByTestId('time').fill(soon.slice(11, 16));
  await desk.getByTestId('save-appointment').click();
  await expect(desk.getByTestId('invitation')).toBeVisible();
}

/** The link in the letter. */
async function handedOut(desk: Page): Promise<string> {
  const text = await desk.getByTestId('invitation-text').innerText();
  return /\S+\/invite#\S+/.exec(text)?.[0] ?? '';
}

/** How often the person has clicked, over all pages from now on. */
async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0;
  await page.exposeFunction('clicked', () => (clicks += 1));
  await page.addInitScript(() => {
    addEventListener('click', () => (window as unknown as { clicked(): void }).clicked(), true);
  });
  return () => clicks;
}
