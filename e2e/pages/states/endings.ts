// Three in a call whose time runs out; and each way out of it.

import { expect } from '@playwright/test';

import { link } from '../../harness/invitation.ts';
import { atPath, afterClick, type PageState, showing } from '../page-state.ts';
import type { UserPages, User } from '../user-pages.ts';

/** Wherever the width of the window has put it. */
async function shareScreen(users: UserPages, user: User): Promise<void> {
  const button = await users.locator(user, 'share-screen');
  if (await button.isVisible()) return button.click();
  await users.click(user, 'more');
  await (await users.page(user)).getByRole('menuitem').first().click();
}

const inviteGuest = async (users: UserPages) =>
  users.open('guest', await link(await users.account('doctor'), users.endingAppointment.id, 'guest', 'Noor Haddad'));

/** Waits until both are in the call, or in it again. */
async function connected(users: UserPages): Promise<void> {
  for (const party of ['doctor', 'patient'] as const)
    await expect(await users.locator(party, 'call')).toHaveAttribute('data-link', 'up');
}

async function goOffline(users: UserPages, offline: boolean): Promise<void> {
  users.server.freeze(offline);
  await (await users.page('patient')).context().setOffline(offline);
}

const GUEST: PageState[] = [
  {
    name: 'guest-invitation',
    user: 'guest',
    reach: async (users) => {
      await inviteGuest(users);
      await expect(await users.locator('guest', 'accept-invitation')).toBeVisible();
    },
  },
  afterClick('guest-lobby', 'guest', 'accept-invitation', 'preview'),
  afterClick('guest-waiting', 'guest', 'join', 'waiting-room'),
  showing('call-guest-waits', 'doctor', 'admit'),
  {
    name: 'call-of-three',
    user: 'doctor',
    reach: async (users) => {
      // Some have no camera.
      await users.click('guest', 'toggle-camera');
      await users.click('doctor', 'admit');
      await users.expectOthers('doctor', 2, 1);
    },
  },
  {
    ...afterClick('call-hang-up', 'doctor', 'hang-up', 'end-call'),
    after: (users) => users.press('doctor', 'Escape'),
  },
  { name: 'guest-call', user: 'guest', reach: (users) => users.expectOthers('guest', 2) },
];

const TROUBLES: PageState[] = [
  {
    ...showing('call-sharing', 'patient', 'sharing'),
    before: (users) => shareScreen(users, 'patient'),
  },
  {
    ...showing('call-shared', 'doctor', 'remote-screen'),
    after: (users) => users.click('patient', 'stop-sharing'),
  },
  {
    ...showing('call-offline', 'patient', 'offline'),
    // A browser without network, in which nothing comes either.
    before: (users) => goOffline(users, true),
    after: async (users) => {
      await goOffline(users, false);
      await connected(users);
    },
  },
  {
    ...showing('call-reconnecting', 'doctor', 'reconnecting'),
    before: (users) => users.server.kill(),
    after: async (users) => {
      await users.server.start();
      await connected(users);
    },
  },
];

const OUT: PageState[] = [
  afterClick('guest-left', 'guest', 'leave-call', 'left'),
  {
    ...afterClick('left', 'patient', 'leave-call', 'left'),
    before: (users) => users.click('patient', 'more'),
  },
  showing('call-other-left', 'doctor', 'other-left'),
  {
    ...showing('elsewhere', 'patient', 'elsewhere'),
    before: async (users) => {
      await users.enter('patient', users.endingAppointment.session_id);
      await users.expectOthers('patient');
      await users.enter('patient elsewhere', users.endingAppointment.session_id);
    },
    after: (users) => users.open('patient elsewhere', '/overview'),
  },
  {
    ...showing('guest-after', 'guest', 'session-ended'),
    before: async (users) => {
      await users.enter('guest', users.endingAppointment.session_id);
      await expect(await users.locator('guest', 'call')).toBeVisible();
      await (await users.account('doctor')).post(`/sessions/${users.endingAppointment.session_id}/end`);
    },
  },
];

const LATE: PageState[] = [
  {
    ...showing('call-two-minutes', 'doctor', 'time-warning'),
    before: (users) => users.enterWithMinutesLeft(1.9),
  },
  {
    ...showing('turned-away', 'guest', 'turned_away'),
    before: async (users) => {
      await inviteGuest(users);
      await users.click('guest', 'accept-invitation');
      await users.click('guest', 'join');
      await users.click('doctor', 'deny');
    },
  },
  {
    ...showing('call-overrun', 'doctor', 'overrun'),
    before: (users) => users.enterWithMinutesLeft(0.05),
  },
  showing('call-overrun-client', 'patient', 'overrun'),
  atPath('overview-in-call', 'patient elsewhere', '/overview', 'next-visit'),
];

export const ENDINGS: PageState[] = [
  {
    ...showing('call-ten-minutes', 'doctor', 'time-warning'),
    before: (users) => users.enterWithMinutesLeft(9.5),
    after: async (users) => {
      await users.click('doctor', 'dismiss');
      await users.click('patient', 'dismiss');
    },
  },
  ...GUEST,
  ...TROUBLES,
  ...OUT,
  ...LATE,
];
