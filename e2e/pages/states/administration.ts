// What an administrator sees.

import { expect } from '@playwright/test';

import { startWebhookReceiver } from '../../harness/webhook-receiver.ts';
import { atPath, afterClick, type PageState, expectFieldError } from '../page-state.ts';

interface Delivery {
  last_status: number | null;
}

export const ADMINISTRATION: PageState[] = [
  atPath('admin-users', 'admin', '/admin/users', 'people'),
  atPath('admin-user-new', 'admin', '/admin/users/new', 'create-person'),
  {
    name: 'admin-user-wrong',
    user: 'admin',
    reach: async (users) => {
      const page = await users.page('admin');
      await page.getByLabel('Name', { exact: true }).fill('Dr. Ada Okafor');
      await page.getByLabel('E-mail').fill('doctor@demo.test');
      await page.getByLabel('Password').fill('a-long-enough-password');
      await users.click('admin', 'create-person');
      await expectFieldError(users, 'admin');
    },
  },
  {
    name: 'admin-user',
    user: 'admin',
    reach: async (users) => users.open('admin', `/admin/users/${(await users.account('doctor')).id}`),
  },
  afterClick('admin-user-link', 'admin', 'make-link', 'secret'),
  atPath('admin-organizations', 'admin', '/admin/organizations', 'organizations'),
  atPath('admin-usage', 'admin', '/admin/usage', 'usage'),
  atPath('admin-programs-empty', 'admin', '/admin/programs', 'programs'),
  atPath('admin-program-new', 'admin', '/admin/programs/new', 'create-program'),
  {
    name: 'admin-program',
    user: 'admin',
    reach: async (users) => {
      const admin = await users.account('admin');
      const { id } = await admin.post<{ id: string }>('/service-accounts', { name: 'Import', role: 'admin' });
      await admin.post(`/service-accounts/${id}/keys`, { scopes: ['clients:read', 'users:write'] });
      await users.open('admin', `/admin/programs/${id}`);
      await (await users.locator('admin', 'key')).waitFor();
    },
  },
  atPath('admin-webhooks-empty', 'admin', '/admin/webhooks', 'webhooks'),
  atPath('admin-webhook-new', 'admin', '/admin/webhooks/new', 'create-webhook'),
  {
    name: 'admin-webhook-secret',
    user: 'admin',
    reach: async (users) => {
      const page = await users.page('admin');
      await page.getByRole('textbox').first().fill('https://records.clinic.example/openvisit');
      await users.click('admin', 'create-webhook');
      await (await users.locator('admin', 'secret')).waitFor();
    },
  },
  afterClick('admin-webhook', 'admin', 'to-webhook', 'deliveries'),
  {
    name: 'admin-deliveries',
    user: 'admin',
    reach: async (users) => {
      const { url, received } = await startWebhookReceiver(204, 503);
      const admin = await users.account('admin');
      const { id } = await admin.post<{ id: string }>('/webhooks', { url, events: ['appointment.cancelled'] });
      for (const session of users.scheduled.slice(-2)) {
        const { appointment_id } = await admin.session(session);
        const before = received.length;
        await admin.post(`/appointments/${appointment_id}/cancel`);
        await expect.poll(() => received.length).toBeGreaterThan(before);
      }
      const failed = async () => {
        const { items } = await admin.get<{ items: Delivery[] }>(`/webhooks/${id}/deliveries`);
        return items.some(({ last_status }) => last_status === 503);
      };
      await expect.poll(failed).toBe(true);
      await users.open('admin', `/admin/webhooks/${id}`);
      await (await users.locator('admin', 'delivery')).waitFor();
    },
  },
  atPath('admin-webhooks', 'admin', '/admin/webhooks', 'webhooks'),
  atPath('admin-system', 'admin', '/admin/system', 'checked-at'),
  atPath('admin-support', 'admin', ({ current }) => `/admin/support?session=${current}`, 'session-answer'),
  {
    name: 'admin-support-practitioner',
    user: 'admin',
    reach: async (users) => {
      const { id } = await users.account('doctor');
      await users.open('admin', `/admin/support?practitioner=${id}`);
      await (await users.locator('admin', 'practitioner-answer')).waitFor();
    },
  },
];
