// What an administrator sees.

import { expect } from '@playwright/test';

import { listening } from '../receiver.ts';
import { at, by, type Sight, wrong } from '../sight.ts';

interface Delivery {
  last_status: number | null;
}

export const ADMINISTRATION: Sight[] = [
  at('admin-users', 'admin', '/admin/users', 'people'),
  at('admin-user-new', 'admin', '/admin/users/new', 'create-person'),
  {
    name: 'admin-user-wrong',
    visitor: 'admin',
    reach: async (stage) => {
      const page = await stage.page('admin');
      await page.getByLabel('Name', { exact: true }).fill('Dr. Ada Okafor');
      await page.getByLabel('E-mail').fill('doctor@demo.test');
      await page.getByLabel('Password').fill('a-long-enough-password');
      await stage.click('admin', 'create-person');
      await wrong(stage, 'admin');
    },
  },
  {
    name: 'admin-user',
    visitor: 'admin',
    reach: async (stage) => stage.open('admin', `/admin/users/${(await stage.account('doctor')).id}`),
  },
  at('admin-organizations', 'admin', '/admin/organizations', 'organizations'),
  at('admin-usage', 'admin', '/admin/usage', 'usage'),
  at('admin-webhooks-empty', 'admin', '/admin/webhooks', 'webhooks'),
  at('admin-webhook-new', 'admin', '/admin/webhooks/new', 'create-webhook'),
  {
    name: 'admin-webhook-secret',
    visitor: 'admin',
    reach: async (stage) => {
      const page = await stage.page('admin');
      await page.getByRole('textbox').first().fill('https://records.clinic.example/openvisit');
      await stage.click('admin', 'create-webhook');
      await (await stage.see('admin', 'secret')).waitFor();
    },
  },
  by('admin-webhook', 'admin', 'to-webhook', 'deliveries'),
  {
    name: 'admin-deliveries',
    visitor: 'admin',
    reach: async (stage) => {
      const { url, heard } = await listening(204, 503);
      const admin = await stage.account('admin');
      const { id } = await admin.post<{ id: string }>('/webhooks', { url, events: ['appointment.cancelled'] });
      for (const session of stage.scheduled.slice(-2)) {
        const { appointment_id } = await admin.session(session);
        const before = heard.length;
        await admin.post(`/appointments/${appointment_id}/cancel`);
        await expect.poll(() => heard.length).toBeGreaterThan(before);
      }
      const failed = async () => {
        const { items } = await admin.get<{ items: Delivery[] }>(`/webhooks/${id}/deliveries`);
        return items.some(({ last_status }) => last_status === 503);
      };
      await expect.poll(failed).toBe(true);
      await stage.open('admin', `/admin/webhooks/${id}`);
      await (await stage.see('admin', 'delivery')).waitFor();
    },
  },
  at('admin-webhooks', 'admin', '/admin/webhooks', 'webhooks'),
  at('admin-system', 'admin', '/admin/system', 'checked-at'),
  at('admin-support', 'admin', ({ current }) => `/admin/support?session=${current}`, 'session-answer'),
  {
    name: 'admin-support-practitioner',
    visitor: 'admin',
    reach: async (stage) => {
      const { id } = await stage.account('doctor');
      await stage.open('admin', `/admin/support?practitioner=${id}`);
      await (await stage.see('admin', 'practitioner-answer')).waitFor();
    },
  },
];
