// Whoever comes for the first time: a link that leads nowhere, the steps of the lobby, a test of camera, sound and line.

import type { Locator, Page } from '@playwright/test';

import { launch } from '../harness/browser.ts';
import { PATIENT_MEDIA } from '../harness/fake-media.ts';
import { FirefoxPage } from '../pages/firefox-page.ts';
import { ParticipantPage } from '../pages/participant-page.ts';
import { expectPicture, expectSound } from '../harness/media-assertions.ts';
import { expect, test } from '../harness/fixtures.ts';
import { joinCall, sessionOf } from '../harness/session.ts';

const UNKNOWN = '0190f5a0-0000-7000-8000-000000000000';
/** The narrowest phone that is still in use. */
const NARROW_PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const INSIDE_AN_APP =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/150.0.0.0 Mobile Safari/537.36';

test.use({ settings: { OPENVISIT_SUPPORT: 'help@practice.example', OPENVISIT_SUPPORT_PHONE: '+49 30 901820' } });

/** The ways to reach the practice. */
async function expectHelp(page: Page): Promise<void> {
  await expect(page.getByTestId('support').locator('a[href="tel:+4930901820"]')).toBeVisible();
  await expect(page.getByTestId('support').locator('a[href="mailto:help@practice.example"]')).toBeVisible();
}

/** Whether the page has ever asked for a camera or a microphone. */
async function expectNothingAsked(party: ParticipantPage): Promise<void> {
  expect(await party.page.evaluate(() => window.capturedTracks.length), 'devices that were opened').toBe(0);
}

test('a link that leads nowhere asks for no camera, and says what helps', async ({ patient, patientBrowser, server }) => {
  await patient.enter();
  const { id } = await sessionOf(patient);

  await test.step('to somebody signed in it may be for another account', async () => {
    await patient.page.goto(`/join/${UNKNOWN}`);
    await expect(patient.getByTestId('error')).toHaveAttribute('data-code', 'not_found');
    await expectNothingAsked(patient);
    await expectHelp(patient.page);
    await patient.getByTestId('sign-in').click();
    await expect(patient.getByTestId('enter-patient')).toBeVisible();
    expect(new URL(patient.page.url()).searchParams.get('next')).toBe(`/join/${UNKNOWN}`);
  });

  await test.step('to a stranger it looks like any other', async () => {
    const stranger = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server);
    const seen: string[] = [];
    for (const path of [`/join/${UNKNOWN}`, '/join/no-id', `/join/${id}`]) {
      await stranger.page.goto(path);
      await expect(stranger.getByTestId('signed-out')).toBeVisible();
      await expectNothingAsked(stranger);
      await expectHelp(stranger.page);
      seen.push(await stranger.page.locator('main').innerText());
    }
    expect(new Set(seen).size).toBe(1);
    await stranger.context.close();
  });
});

test('a newcomer is led in steps, and reads what the buttons do, on the narrowest phone in four languages', async ({
  doctor,
  patientBrowser,
  server,
}) => {
  const patient = await ParticipantPage.open(patientBrowser, 'patient', PATIENT_MEDIA, server, NARROW_PHONE);
  await Promise.all([doctor.enter(), patient.enter()]);
  await expect(patient.getByTestId('steps').getByRole('listitem')).toHaveCount(3);
  await expect(patient.getByTestId('join')).toHaveText('Go to the waiting room');
  await expect(doctor.getByTestId('steps')).toHaveCount(0);
  await expect(patient.page.getByRole('combobox', { name: 'Camera' })).toBeHidden();
  await patient.page.getByText('Change devices').click();
  await expect(patient.page.getByRole('combobox', { name: 'Camera' })).toBeVisible();
  await joinCall(doctor, patient);

  for (const language of ['en', 'de', 'es', 'fr']) {
    await patient.page.evaluate((chosen) => sessionStorage.setItem('openvisit.locale', chosen), language);
    await patient.page.reload();
    await expect(patient.getByTestId('call')).toBeVisible();
    await expect(patient.page.locator('html')).toHaveAttribute('lang', language);
    await expectWordsFit(patient.page.locator('footer .word:visible'), language);
  }

  await test.step('what the system stops, as for a telephone call, goes on by itself', async () => {
    await patient.page.evaluate(() => document.querySelectorAll('audio, video').forEach((it) => (it as HTMLMediaElement).pause()));
    await expectSound(patient.page, doctor.media);
    await patient.expectInCallWith(doctor);
  });
  await patient.context.close();
});

/** Each word is in the window, whole, and apart from the next. */
async function expectWordsFit(words: Locator, language: string): Promise<void> {
  const spans = await words.evaluateAll((all) =>
    all.map((word) => {
      const range = document.createRange();
      range.selectNodeContents(word);
      const { left, right, bottom } = range.getBoundingClientRect();
      return { left, right, bottom, word: word.textContent };
    }),
  );
  expect(spans.length, `words in ${language}`).toBeGreaterThanOrEqual(6);
  const told = JSON.stringify(spans);
  spans.forEach(({ left, right, bottom }, at) => {
    const before = spans[at - 1]?.right ?? 0;
    expect(left, `${language}: ${told}`).toBeGreaterThanOrEqual(before);
    expect(right, `${language}: ${told}`).toBeLessThanOrEqual(NARROW_PHONE.viewport.width);
    expect(bottom, `${language}: ${told}`).toBeLessThanOrEqual(NARROW_PHONE.viewport.height);
  });
}

test('camera, sound and line are tested without an account: one sees and hears oneself as others will', async ({
  patient: visitor,
  server,
}) => {
  await visitor.page.goto('/');
  await visitor.getByTestId('how-it-works').click();
  await visitor.getByTestId('to-test').click();
  await expectNothingAsked(visitor);
  await visitor.getByTestId('begin-test').click();
  await expectPicture(visitor.getByTestId('own-picture-back'), visitor.media.colour);
  for (const part of ['found-camera', 'found-microphone', 'found-line'])
    await expect(visitor.getByTestId(part), part).toHaveAttribute('data-state', 'good');
  await expect(visitor.getByTestId('found-line')).toHaveAttribute('data-way', 'udp');
  await expect(visitor.getByTestId('all-well')).toBeVisible();
  await visitor.getByTestId('hear-yourself').click();
  await expect(visitor.getByTestId('hear-yourself')).toHaveAttribute('data-stage', 'listen');
  await expect(visitor.getByTestId('hear-yourself')).toHaveAttribute('data-stage', 'heardNothing');
  await visitor.getByTestId('end-test').click();
  await expect(visitor.getByTestId('findings')).toHaveAttribute('data-phase', 'over');
  expect(await visitor.liveTracks(), 'camera and microphone off').toBe(0);
  await expectHelp(visitor.page);

  const firefox = await FirefoxPage.launch(PATIENT_MEDIA, server);
  await firefox.open('/test');
  await firefox.click('begin-test');
  await firefox.waitForTestId('hear-yourself');
  await firefox.waitUntil('own-picture-back', (video) => (video as HTMLVideoElement).videoWidth > 0);
  await firefox.close();
  expect(firefox.pageErrors).toEqual([]);
  expect(server.log, 'nothing is kept, not in the log either').not.toContain('media connection');
});

test('who opened the link inside another app, or in a browser too old, is shown the way', async ({ server }) => {
  const browser = await launch(PATIENT_MEDIA, 'deny');
  const device = { ...NARROW_PHONE, userAgent: INSIDE_AN_APP };
  const patient = await ParticipantPage.open(browser, 'patient', PATIENT_MEDIA, server, device);
  await patient.enter();
  const outside = await patient.getByTestId('open-outside').getAttribute('href');
  expect(outside).toBe(`intent:${patient.page.url().replace('http:', '')}#Intent;scheme=http;package=com.android.chrome;end`);
  await expect(patient.getByTestId('in-app')).toBeInViewport();
  await expect(patient.getByTestId('too-old')).toBeHidden();

  await patient.context.addInitScript(() => Reflect.deleteProperty(RTCRtpTransceiver.prototype, 'setCodecPreferences'));
  await patient.page.goto('/how-it-works');
  await expect(patient.getByTestId('too-old')).toContainText('+49 30 901820');
  await browser.close();
});
