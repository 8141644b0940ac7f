// Whoever comes by a link: the passcode, and a browser that gives no camera.

import { expect } from '@playwright/test';

import { invite } from '../../harness/invitation.ts';
import { type PageState, showing } from '../page-state.ts';

export const INVITED: PageState[] = [
  {
    name: 'lobby-passcode',
    user: 'guest',
    reach: async (users) => {
      const { path } = await invite(await users.account('newcomer'), { passcode: true });
      await users.open('guest', path);
      await users.click('guest', 'accept-invitation');
      await expect(await users.locator('guest', 'passcode')).toBeVisible();
      await expect(await users.locator('guest', 'preview')).toBeVisible();
    },
  },
  {
    ...showing('lobby-passcode-wrong', 'guest', 'error'),
    before: async (users) => {
      await (await users.locator('guest', 'passcode')).fill('000000');
      await users.click('guest', 'verify');
    },
  },
  {
    name: 'lobby-permission',
    user: 'guest',
    reach: async (users) => {
      const page = await users.page('guest');
      await page.addInitScript(denyDevices);
      await page.reload();
      await expect(await users.locator('guest', 'permission-help')).toBeVisible();
    },
  },
];

/** Runs in the page: as if the person had said no. */
function denyDevices(): void {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
}
