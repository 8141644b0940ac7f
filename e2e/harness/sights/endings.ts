// Three in a call whose time runs out; and each way out of it.

import { expect } from '@playwright/test';

import { link } from '../invitation.ts';
import { at, by, type Sight, then } from '../sight.ts';
import type { Stage, Visitor } from '../stage.ts';

/** Wherever the width of the window has put it. */
async function shareScreen(stage: Stage, visitor: Visitor): Promise<void> {
  const button = await stage.see(visitor, 'share-screen');
  if (await button.isVisible()) return button.click();
  await stage.click(visitor, 'more');
  await (await stage.page(visitor)).getByRole('menuitem').first().click();
}

const inviteGuest = async (stage: Stage) =>
  stage.open('guest', await link(await stage.account('doctor'), stage.runningOut.id, 'guest', 'Noor Haddad'));

/** Waits until both are in the call, or in it again. */
async function connected(stage: Stage): Promise<void> {
  for (const party of ['doctor', 'patient'] as const)
    await expect(await stage.see(party, 'call')).toHaveAttribute('data-link', 'up');
}

const GUEST: Sight[] = [
  {
    name: 'guest-invitation',
    visitor: 'guest',
    reach: async (stage) => {
      await inviteGuest(stage);
      await expect(await stage.see('guest', 'accept-invitation')).toBeVisible();
    },
  },
  by('guest-lobby', 'guest', 'accept-invitation', 'preview'),
  by('guest-waiting', 'guest', 'join', 'waiting-room'),
  then('call-guest-waits', 'doctor', 'admit'),
  {
    name: 'call-of-three',
    visitor: 'doctor',
    reach: async (stage) => {
      // Some have no camera.
      await stage.click('guest', 'toggle-camera');
      await stage.click('doctor', 'admit');
      await stage.seeOthers('doctor', 2, 1);
    },
  },
  { name: 'guest-call', visitor: 'guest', reach: (stage) => stage.seeOthers('guest', 2) },
];

const TROUBLES: Sight[] = [
  {
    ...then('call-sharing', 'patient', 'sharing'),
    before: (stage) => shareScreen(stage, 'patient'),
  },
  {
    ...then('call-shared', 'doctor', 'remote-screen'),
    after: (stage) => stage.click('patient', 'stop-sharing'),
  },
  {
    ...then('call-offline', 'patient', 'offline'),
    before: async (stage) => (await stage.page('patient')).context().setOffline(true),
    after: async (stage) => (await stage.page('patient')).context().setOffline(false),
  },
  {
    ...then('call-reconnecting', 'doctor', 'reconnecting'),
    before: (stage) => stage.server.kill(),
    after: async (stage) => {
      await stage.server.start();
      await connected(stage);
    },
  },
];

const OUT: Sight[] = [
  by('guest-left', 'guest', 'leave-call', 'left'),
  {
    ...by('left', 'patient', 'leave-call', 'left'),
    before: (stage) => stage.click('patient', 'hang-up'),
  },
  then('call-other-left', 'doctor', 'other-left'),
  {
    ...then('elsewhere', 'patient', 'elsewhere'),
    before: async (stage) => {
      await stage.enter('patient', stage.runningOut.session_id);
      await stage.seeOthers('patient');
      await stage.enter('patient elsewhere', stage.runningOut.session_id);
    },
    after: (stage) => stage.open('patient elsewhere', '/overview'),
  },
  {
    ...then('guest-after', 'guest', 'session-ended'),
    before: async (stage) => {
      await stage.enter('guest', stage.runningOut.session_id);
      await expect(await stage.see('guest', 'call')).toBeVisible();
      await (await stage.account('doctor')).post(`/sessions/${stage.runningOut.session_id}/end`);
    },
  },
];

const LATE: Sight[] = [
  {
    ...then('call-two-minutes', 'doctor', 'time-warning'),
    before: (stage) => stage.runOut(1.9),
  },
  {
    ...then('turned-away', 'guest', 'turned_away'),
    before: async (stage) => {
      await inviteGuest(stage);
      await stage.click('guest', 'accept-invitation');
      await stage.click('guest', 'join');
      await stage.click('doctor', 'deny');
    },
  },
  {
    ...then('call-overrun', 'doctor', 'overrun'),
    before: (stage) => stage.runOut(0.05),
  },
  then('call-overrun-client', 'patient', 'overrun'),
  at('overview-in-call', 'patient elsewhere', '/overview', 'next-visit'),
];

export const ENDINGS: Sight[] = [
  {
    ...then('call-ten-minutes', 'doctor', 'time-warning'),
    before: (stage) => stage.runOut(9.5),
    after: async (stage) => {
      await stage.click('doctor', 'dismiss');
      await stage.click('patient', 'dismiss');
    },
  },
  ...GUEST,
  ...TROUBLES,
  ...OUT,
  ...LATE,
];
