// A page in one of its states, and how a test gets there.

import { expect, type Page, test } from '@playwright/test';

import type { UserPages, User } from './user-pages.ts';

export interface PageState {
  /** What its pictures are called. */
  name: string;
  user: User;
  /** What somebody else does first. */
  before?: (users: UserPages) => Promise<unknown>;
  reach: (users: UserPages) => Promise<void>;
  /** Puts back what was done to see it. */
  after?: (users: UserPages) => Promise<unknown>;
}

/** A page by its address, which shows a test id. */
export function atPath(name: string, user: User, path: string | ((users: UserPages) => string), shows: string): PageState {
  return {
    name,
    user,
    reach: async (users) => {
      await users.open(user, typeof path === 'string' ? path : path(users));
      await expect(await users.locator(user, shows)).toBeVisible();
    },
  };
}

/** What a click on the page before leads to. */
export function afterClick(name: string, user: User, click: string, shows: string): PageState {
  return {
    name,
    user,
    reach: async (users) => {
      await users.click(user, click);
      await expect(await users.locator(user, shows)).toBeVisible();
    },
  };
}

/** What the page that is open shows by itself by now. */
export function showing(name: string, user: User, shows: string): PageState {
  return { name, user, reach: async (users) => expect(await users.locator(user, shows)).toBeVisible() };
}

/** A page whose server fails. */
export function withFailingServer(name: string, user: User, path: string): PageState {
  const answers = '**/api/v1/{sessions,appointments}**';
  return {
    name,
    user,
    reach: async (users) => {
      const page = await users.page(user);
      await page.route(answers, (route) => route.fulfill({ status: 503 }));
      await page.goto(path);
      await expect(await users.locator(user, 'error')).toBeVisible();
    },
    after: async (users) => (await users.page(user)).unroute(answers),
  };
}

/** A page whose network is gone while it is open. */
export function withoutNetwork(name: string, user: User, path: string, shows: string): PageState {
  const cut = async (users: UserPages, gone: boolean) => (await users.page(user)).context().setOffline(gone);
  return {
    name,
    user,
    reach: async (users) => {
      await users.open(user, path);
      await expect(await users.locator(user, shows)).toBeVisible();
      await cut(users, true);
      await expect(await users.locator(user, 'offline')).toBeVisible();
    },
    after: (users) => cut(users, false),
  };
}

/** Waits until a form says what is wrong with it, at the field where it is. */
export async function expectFieldError(users: UserPages, user: User): Promise<void> {
  await expect((await users.page(user)).locator('[aria-invalid="true"]').first()).toBeVisible();
}

/** A lobby, with the picture of the camera. */
export function atLobby(name: string, user: User, session: (users: UserPages) => string): PageState {
  return atPath(name, user, (users) => `/join/${session(users)}`, 'preview');
}

/** Goes from one to the next and looks at each. One that cannot be reached hides nothing of the others. */
export async function forEachState(states: PageState[], users: UserPages, look: (page: Page, name: string) => Promise<void>): Promise<void> {
  for (const state of states) {
    const missed = (problem: unknown) => expect.soft(problem, state.name).toBeUndefined();
    await test.step(state.name, () => inState(state, users, look).catch(missed));
  }
}

async function inState(state: PageState, users: UserPages, look: (page: Page, name: string) => Promise<void>): Promise<void> {
  try {
    await state.before?.(users);
    await state.reach(users);
    await look(await users.page(state.user), state.name);
  } finally {
    await state.after?.(users);
  }
}

/** Waits until a page shows all it has: nothing loads, nothing moves but pictures. */
export async function waitUntilSettled(page: Page): Promise<void> {
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
