// A page as somebody sees it, and how to get there.

import { expect, type Page, test } from '@playwright/test';

import type { Stage, Visitor } from './stage.ts';

export interface Sight {
  /** What its pictures are called. */
  name: string;
  visitor: Visitor;
  /** What somebody else does first. */
  before?: (stage: Stage) => Promise<unknown>;
  reach: (stage: Stage) => Promise<void>;
  /** Puts back what was done to see it. */
  after?: (stage: Stage) => Promise<unknown>;
}

/** A page by its address, which shows a test id. */
export function at(name: string, visitor: Visitor, path: string | ((stage: Stage) => string), shows: string): Sight {
  return {
    name,
    visitor,
    reach: async (stage) => {
      await stage.open(visitor, typeof path === 'string' ? path : path(stage));
      await expect(await stage.see(visitor, shows)).toBeVisible();
    },
  };
}

/** What a click on the page before leads to. */
export function by(name: string, visitor: Visitor, click: string, shows: string): Sight {
  return {
    name,
    visitor,
    reach: async (stage) => {
      await stage.click(visitor, click);
      await expect(await stage.see(visitor, shows)).toBeVisible();
    },
  };
}

/** What the page that is open shows by itself by now. */
export function then(name: string, visitor: Visitor, shows: string): Sight {
  return { name, visitor, reach: async (stage) => expect(await stage.see(visitor, shows)).toBeVisible() };
}

/** A page whose server fails. */
export function broken(name: string, visitor: Visitor, path: string): Sight {
  const answers = '**/api/v1/{sessions,appointments}**';
  return {
    name,
    visitor,
    reach: async (stage) => {
      const page = await stage.page(visitor);
      await page.route(answers, (route) => route.fulfill({ status: 503 }));
      await page.goto(path);
      await expect(await stage.see(visitor, 'error')).toBeVisible();
    },
    after: async (stage) => (await stage.page(visitor)).unroute(answers),
  };
}

/** A page whose network is gone while it is open. */
export function offline(name: string, visitor: Visitor, path: string, shows: string): Sight {
  const cut = async (stage: Stage, gone: boolean) => (await stage.page(visitor)).context().setOffline(gone);
  return {
    name,
    visitor,
    reach: async (stage) => {
      await stage.open(visitor, path);
      await expect(await stage.see(visitor, shows)).toBeVisible();
      await cut(stage, true);
      await expect(await stage.see(visitor, 'offline')).toBeVisible();
    },
    after: (stage) => cut(stage, false),
  };
}

/** Waits until a form says what is wrong with it, at the field where it is. */
export async function wrong(stage: Stage, visitor: Visitor): Promise<void> {
  await expect((await stage.page(visitor)).locator('[aria-invalid="true"]').first()).toBeVisible();
}

/** A lobby, with the picture of the camera. */
export function lobby(name: string, visitor: Visitor, session: (stage: Stage) => string): Sight {
  return at(name, visitor, (stage) => `/join/${session(stage)}`, 'preview');
}

/** Goes from one to the next and looks at each. One that cannot be reached hides nothing of the others. */
export async function walk(sights: Sight[], stage: Stage, look: (page: Page, name: string) => Promise<void>): Promise<void> {
  for (const sight of sights) {
    const missed = (problem: unknown) => expect.soft(problem, sight.name).toBeUndefined();
    await test.step(sight.name, () => visit(sight, stage, look).catch(missed));
  }
}

async function visit(sight: Sight, stage: Stage, look: (page: Page, name: string) => Promise<void>): Promise<void> {
  try {
    await sight.before?.(stage);
    await sight.reach(stage);
    await look(await stage.page(sight.visitor), sight.name);
  } finally {
    await sight.after?.(stage);
  }
}

/** Waits until a page shows all it has: nothing loads, nothing moves but pictures. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main:visible, aside:visible, dialog:visible').first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = () => document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    // A change of the theme is painted with the frame after the next; what inherits it moves after that.
    for (let frame = 0; frame < 2 || moving().length > 0; frame++) {
      for (const animation of moving()) animation.finish();
      await new Promise(requestAnimationFrame);
    }
  });
}
