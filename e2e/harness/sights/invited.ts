// Whoever comes by a link: the passcode, and a browser that gives no camera.

import { expect } from '@playwright/test';

import { invite } from '../invitation.ts';
import { type Sight, then } from '../sight.ts';

export const INVITED: Sight[] = [
  {
    name: 'lobby-passcode',
    visitor: 'stranger',
    reach: async (stage) => {
      const { path } = await invite(await stage.account('newcomer'), { passcode: true });
      await stage.open('stranger', path);
      await stage.click('stranger', 'accept-invitation');
      await expect(await stage.see('stranger', 'passcode')).toBeVisible();
      await expect(await stage.see('stranger', 'preview')).toBeVisible();
    },
  },
  {
    ...then('lobby-passcode-wrong', 'stranger', 'error'),
    before: async (stage) => {
      await (await stage.see('stranger', 'passcode')).fill('000000');
      await stage.click('stranger', 'join');
    },
  },
  {
    name: 'lobby-permission',
    visitor: 'stranger',
    reach: async (stage) => {
      const page = await stage.page('stranger');
      await page.addInitScript(denyDevices);
      await page.reload();
      await expect(await stage.see('stranger', 'permission-help')).toBeVisible();
    },
  },
];

/** Runs in the page: as if the person had said no. */
function denyDevices(): void {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
}
