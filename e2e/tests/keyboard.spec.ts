// A whole visit by keyboard alone, as somebody hears it who cannot see.

import type { Page } from '@playwright/test';

import type { ParticipantPage } from '../pages/participant-page.ts';
import { expect, test } from '../harness/fixtures.ts';
import { sessionOf } from '../harness/session.ts';

declare global {
  interface Window {
    /** What live regions have said. */
    said: string[];
  }
}

/** Runs in the page, before the page's own code: writes down what a screen reader is told to read out. */
function listen(): void {
  window.said = [];
  const LIVE = '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"], [role="log"]';
  const say = (text: string | null) => text?.trim() && window.said.push(text.replace(/\s+/g, ' ').trim());
  const told = (node: Node, within: Element | null) => {
    const region = within?.closest(`${LIVE}, [aria-live="off"], [role="timer"]`);
    if (region?.matches(LIVE)) say(node.textContent);
    else if (!region && node instanceof Element) for (const own of node.querySelectorAll('[role="alert"]')) say(own.textContent);
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'characterData') told(target, target.parentElement);
      else for (const node of addedNodes) told(node, target instanceof Element ? target : null);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** How often a sentence was said. */
const times = (party: ParticipantPage, sentence: string) =>
  party.page.evaluate((sentence) => window.said.filter((it) => it.includes(sentence)).length, sentence);

const focused = (page: Page) => page.locator(':focus');

/** By Tab to a control, as whoever has no mouse. */
async function go(party: ParticipantPage, testId: string): Promise<void> {
  const reached = () => party.page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
  for (let steps = 0; steps < 40; steps += 1) {
    await party.page.keyboard.press('Tab');
    if ((await reached()) === testId) return;
  }
  throw new Error(`no way to ${testId} by Tab`);
}

async function press(party: ParticipantPage, testId: string): Promise<void> {
  await go(party, testId);
  await party.page.keyboard.press('Enter');
}

async function expectHeading(party: ParticipantPage, text: string | RegExp): Promise<void> {
  await expect(focused(party.page)).toHaveText(text);
  await expect(focused(party.page)).toHaveRole('heading');
}

test('from the lobby to the end by keyboard: the focus is never lost, and every change is said once', async ({
  doctor,
  patient,
}) => {
  for (const { context } of [doctor, patient]) await context.addInitScript(listen);
  await Promise.all([doctor.enter(), patient.enter()]);

  await test.step('into the waiting room, and from there into the call', async () => {
    await press(patient, 'join');
    await expectHeading(patient, 'You are in the waiting room');
    await press(doctor, 'join');
    await expectHeading(doctor, 'Sam Lindqvist');
    // The page begins to tell a moment after it is there: whoever lets in sooner is told of nobody waiting.
    await expect.poll(() => times(doctor, '1 person is waiting')).toBe(1);
    await press(doctor, 'admit');
    await expectHeading(patient, 'Dr. Ada Okafor');
    await expectHeading(doctor, 'Sam Lindqvist');
    await expect.poll(() => times(doctor, 'Sam Lindqvist joined')).toBe(1);
    expect(await times(doctor, '1 person is waiting')).toBe(1);
  });

  await test.step('panels and menus give the focus back', async () => {
    await press(patient, 'toggle-chat');
    await expect(patient.getByTestId('chat-input')).toBeFocused();
    await patient.page.keyboard.press('Escape');
    await expect(patient.getByTestId('toggle-chat')).toBeFocused();
    await press(patient, 'more');
    await patient.page.keyboard.press('Escape');
    await expect(patient.getByTestId('more')).toBeFocused();
  });

  await test.step('what is written is read out, whether the chat is open or not', async () => {
    await press(doctor, 'toggle-chat');
    await press(patient, 'toggle-chat');
    await expect(patient.getByTestId('chat-input')).toBeFocused();
    await patient.page.keyboard.type('Good morning');
    await patient.page.keyboard.press('Enter');
    await expect.poll(() => times(doctor, 'Sam Lindqvist: Good morning')).toBe(1);
    await patient.page.keyboard.press('Escape');
    await doctor.page.keyboard.press('Escape');
  });

  await test.step('away and back', async () => {
    // Whoever was there for less than a second has only just been let in, and has not left.
    const session = await sessionOf(doctor);
    await expect.poll(async () => (await session.participants()).get('client')?.connected_seconds).toBeGreaterThan(0);
    await press(patient, 'more');
    await patient.page.keyboard.press('End');
    await patient.page.keyboard.press('ArrowUp');
    await expect(patient.getByTestId('leave-call')).toBeFocused();
    await patient.page.keyboard.press('Enter');
    await expectHeading(patient, 'You have left');
    await expect.poll(() => times(doctor, 'Sam Lindqvist has left the call')).toBe(1);
    expect(await times(doctor, 'Sam Lindqvist is away')).toBe(0);
    await press(patient, 'rejoin');
    await expect(patient.getByTestId('lobby')).toBeVisible();
    await press(patient, 'join');
    await expectHeading(patient, 'Dr. Ada Okafor');
  });

  await test.step('the end', async () => {
    await press(doctor, 'end-call');
    await expectHeading(doctor, 'Session ended');
    const heard = 'You ended the call The call ends for everyone in five seconds.';
    await expect(focused(doctor.page)).toHaveAccessibleDescription(heard);
    await doctor.page.keyboard.press('Tab');
    await expect(doctor.getByTestId('take-back')).toBeFocused();
    await doctor.page.keyboard.press('Enter');
    await expectHeading(doctor, 'Sam Lindqvist');
    await press(doctor, 'end-call');
    await go(doctor, 'take-back');
    await expect(doctor.getByTestId('way-back')).toHaveCount(0);
    await expectHeading(doctor, 'Session ended');
    await expectHeading(patient, 'Session ended');
    await expect(patient.getByTestId('session-ended')).toContainText('Dr. Ada Okafor ended the call');
  });
});
