// Whoever comes by a link: the passcode, and a browser that gives no camera.

import { expect } from '@playwright/test';

import { invite } from '../invitation.ts';
import { type Sight, then } from '../sight.ts';

export const INVITED: Sight[] = [
  {
    name: 'lobby-passcode',
    visitor: 'guest',
    reach: async (stage) => {
      const { path } = await invite(await stage.account('newcomer'), { passcode: true });
      await stage.open('guest', path);
      await stage.click('guest', 'accept-invitation');
      await expect(await stage.see('guest', 'passcode')).toBeVisible();
      await expect(await stage.see('guest', 'preview')).toBeVisible();
    },
  },
  {
    ...then('lobby-passcode-wrong', 'guest', 'error'),
    before: async (stage) => {
      await (await stage.see('guest', 'passcode')).fill('000000');
      await stage.click('guest', 'join');
    },
  },
  {
    name: 'lobby-permission',
    visitor: 'guest',
    reach: async (stage) => {
      const page = await stage.page('guest');
      await page.addInitScript(denyDevices);
      await page.reload();
      await expect(await stage.see('guest', 'permission-help')).toBeVisible();
    },
  },
];

/** Runs in the page: as if the person had said no. */
function denyDevices(): void {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
}
