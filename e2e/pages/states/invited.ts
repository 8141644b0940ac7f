// Whoever comes by the plain link: by the passcode without an account, or with one; and a browser that gives no camera.

import { expect } from '@playwright/test';

import { NEWCOMER_PASSWORD } from '../../harness/api.ts';
import { type PageState, showing } from '../page-state.ts';

export const INVITED: PageState[] = [
  {
    name: 'signed-out',
    user: 'guest',
    reach: async (users) => {
      await users.open('guest', '/join/01890000-0000-7000-8000-000000000000');
      await expect(await users.locator('guest', 'signed-out')).toBeVisible();
    },
  },
  {
    ...showing('signed-out-wrong', 'guest', 'error'),
    before: async (users) => {
      await (await users.locator('guest', 'own-name')).fill('Mo Visitor');
      await (await users.locator('guest', 'passcode')).fill('000000');
      await users.click('guest', 'come-by-code');
    },
  },
  {
    name: 'lobby-passcode',
    user: 'guest',
    reach: async (users) => {
      const [newcomer, admin] = [await users.account('newcomer'), await users.account('admin')];
      const { id: client_id } = await admin.newClient(users.server);
      const starts_at = new Date().toISOString();
      const booking = { practitioner_id: newcomer.id, client_id, starts_at, duration_minutes: 30, passcode: true };
      const { session_id } = await admin.post<{ session_id: string }>('/appointments', booking);
      const page = await users.page('guest');
      await page.context().request.post('/api/v1/auth/login', { data: { email: 'client@demo.test', password: NEWCOMER_PASSWORD } });
      await users.open('guest', `/join/${session_id}`);
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
