// The pages of a client's and of a practitioner's day, outside of calls.

import { atPath, withFailingServer, afterClick, withoutNetwork, type PageState, expectFieldError } from '../page-state.ts';

export const CLIENT: PageState[] = [
  atPath('intake', 'patient', '/intake', 'request-form'),
  atPath('overview', 'patient', '/overview', 'next-visit'),
  afterClick('overview-request', 'patient', 'request-begin', 'request-form'),
  {
    name: 'overview-queued',
    user: 'patient',
    reach: async (users) => {
      const concern = 'My knee has been swollen since yesterday. Can somebody look at it?';
      await (await users.locator('patient', 'concern')).fill(concern);
      await users.click('patient', 'ask-now');
      await (await users.locator('patient', 'queued')).waitFor();
    },
  },
  atPath('sessions-client', 'patient', '/sessions', 'appointment-row'),
  atPath('session-client', 'patient', ({ early }) => `/sessions/${early}`, 'client-visit'),
  afterClick('session-client-cancel', 'patient', 'cancel-visit', 'confirm'),
  atPath('settings-client', 'patient', '/settings', 'profile'),
  withoutNetwork('overview-offline', 'patient', '/overview', 'next-visit'),
];

export const PRACTITIONER: PageState[] = [
  atPath('today', 'doctor', '/today', 'appointment-row'),
  withFailingServer('today-failed', 'doctor', '/today'),
  atPath('sessions', 'doctor', '/sessions', 'appointment-row'),
  withFailingServer('sessions-failed', 'doctor', '/sessions'),
  {
    ...atPath('requests', 'doctor', '/requests', 'request'),
    before: async (users) => (await users.account('doctor')).patch('/me', { accepts_requests: true }),
  },
  afterClick('requests-why', 'doctor', 'why', 'why-answer'),
  atPath('clients', 'doctor', '/clients', 'client'),
  {
    name: 'client',
    user: 'doctor',
    reach: async (users) => {
      await (await users.locator('doctor', 'client')).getByRole('link').first().click();
      await (await users.locator('doctor', 'contact')).waitFor();
    },
  },
  atPath('reports', 'doctor', '/reports', 'report'),
  atPath('settings', 'doctor', '/settings', 'profile'),
  afterClick('settings-feed', 'doctor', 'renew-feed', 'feed-address'),
  {
    name: 'settings-wrong',
    user: 'doctor',
    reach: async (users) => {
      const [current, next, repeated] = await (await users.page('doctor')).locator('input[type="password"]').all();
      await current?.fill('a-long-enough-password');
      await next?.fill('another-long-password');
      await repeated?.fill('yet-another-password');
      await users.click('doctor', 'save-password');
      await expectFieldError(users, 'doctor');
    },
  },
  atPath('session-scheduled', 'doctor', ({ early }) => `/sessions/${early}`, 'status'),
  withoutNetwork('today-offline', 'doctor', '/today', 'appointment-row'),
];
