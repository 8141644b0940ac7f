// Every page of every role, and how to get there: what axe looks at, and what `make screens` takes pictures of.

import { expect, type Page } from '@playwright/test';

import type { Stage, Visitor } from './stage.ts';

export interface Sight {
  /** What its pictures are called. */
  name: string;
  visitor: Visitor;
  reach: (stage: Stage) => Promise<void>;
}

/** A page that has an address, and what is clicked there, by test id. */
function at(name: string, visitor: Visitor, path: string, ...clicks: string[]): Sight {
  return {
    name,
    visitor,
    reach: async (stage) => {
      await stage.open(visitor, path);
      for (const testId of clicks) await stage.click(visitor, testId);
    },
  };
}

/** What a click on the page before leads to. */
function by(name: string, visitor: Visitor, click: string, shows: string): Sight {
  return {
    name,
    visitor,
    reach: async (stage) => {
      await stage.click(visitor, click);
      await expect(await stage.see(visitor, shows)).toBeVisible();
    },
  };
}

const ENTRY: Sight[] = [
  at('entry', 'stranger', '/'),
  {
    name: 'sign-in',
    visitor: 'stranger',
    reach: async (stage) => (await stage.page('stranger')).locator('summary').first().click(),
  },
  at('invite-without-link', 'stranger', '/invite'),
];

/** One consultation, step after step. */
const CONSULTATION: Sight[] = [
  lobby('lobby-early', 'patient', ({ early }) => early),
  lobby('lobby', 'patient', ({ current }) => current),
  by('waiting-room', 'patient', 'join', 'waiting-room'),
  lobby('lobby-practitioner', 'doctor', ({ current }) => current),
  by('call-admit', 'doctor', 'join', 'admit'),
  {
    name: 'call',
    visitor: 'doctor',
    reach: async (stage) => {
      await stage.click('doctor', 'admit');
      // Nothing but the picture.
      await expect(await stage.see('doctor', 'name-card')).toBeHidden();
    },
  },
  {
    name: 'call-client',
    visitor: 'patient',
    reach: async (stage) => {
      await expect(await stage.see('patient', 'remote-video')).toBeVisible();
      await expect(await stage.see('patient', 'name-card')).toBeHidden();
    },
  },
  by('call-people', 'doctor', 'toggle-panel', 'participants'),
  {
    name: 'call-chat',
    visitor: 'doctor',
    reach: async (stage) => {
      await say(stage, 'patient', 'Should I go on with the drops?');
      await say(stage, 'doctor', 'Yes, twice a day, until Friday.');
      await expect((await stage.page('doctor')).getByTestId('message')).toHaveCount(2);
    },
  },
  within('call-settings', 'more', 'open-settings', 'settings'),
  within('call-menu', 'close-panel', 'more', 'open-settings'),
  {
    name: 'call-help',
    visitor: 'doctor',
    reach: async (stage) => {
      const { keyboard } = await stage.page('doctor');
      await keyboard.press('Escape');
      await keyboard.press('?');
      await expect(await stage.see('doctor', 'help-sheet')).toBeVisible();
    },
  },
  {
    name: 'call-invite',
    visitor: 'doctor',
    reach: async (stage) => {
      await (await stage.page('doctor')).keyboard.press('Escape');
      for (const testId of ['more', 'invite', 'make-invitation']) await stage.click('doctor', testId);
      await expect(await stage.see('doctor', 'invitation-link')).toBeVisible();
    },
  },
  {
    name: 'call-hang-up',
    visitor: 'doctor',
    reach: async (stage) => {
      await (await stage.page('doctor')).keyboard.press('Escape');
      await stage.click('doctor', 'hang-up');
      await expect(await stage.see('doctor', 'end-call')).toBeVisible();
    },
  },
  by('after-practitioner', 'doctor', 'end-call', 'session-ended'),
  {
    name: 'after-client',
    visitor: 'patient',
    reach: async (stage) => expect(await stage.see('patient', 'session-ended')).toBeVisible(),
  },
  { name: 'session', visitor: 'doctor', reach: (stage) => stage.open('doctor', `/sessions/${stage.current}`) },
];

async function say(stage: Stage, visitor: Visitor, text: string): Promise<void> {
  await stage.click(visitor, 'toggle-chat');
  await (await stage.see(visitor, 'chat-input')).fill(text);
  await stage.click(visitor, 'chat-send');
}

/** A part of the practitioner's call: what is clicked, then what shows. */
function within(name: string, ...path: string[]): Sight {
  return {
    name,
    visitor: 'doctor',
    reach: async (stage) => {
      for (const testId of path.slice(0, -1)) await stage.click('doctor', testId);
      await expect(await stage.see('doctor', path[path.length - 1] ?? '')).toBeVisible();
    },
  };
}

export const SIGHTS: Sight[] = [...ENTRY, ...CONSULTATION];

/** A lobby, with the picture of the camera. */
function lobby(name: string, visitor: Visitor, session: (stage: Stage) => string): Sight {
  return {
    name,
    visitor,
    reach: async (stage) => {
      await stage.open(visitor, `/join/${session(stage)}`);
      await expect(await stage.see(visitor, 'preview')).toBeVisible();
    },
  };
}

/** Waits until a page shows all it has: nothing loads, nothing moves but pictures. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main:visible, aside:visible, dialog:visible').first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.all(moving.map(({ finished }) => finished.catch(() => undefined)));
    // A change of the theme is painted with the frame after the next.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  });
}
