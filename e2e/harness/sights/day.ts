// The pages of a client's and of a practitioner's day, outside of calls.

import { at, broken, by, offline, type Sight, wrong } from '../sight.ts';

export const CLIENT: Sight[] = [
  at('overview', 'patient', '/overview', 'next-visit'),
  by('overview-request', 'patient', 'request-begin', 'request-form'),
  {
    name: 'overview-queued',
    visitor: 'patient',
    reach: async (stage) => {
      const concern = 'My knee has been swollen since yesterday. Can somebody look at it?';
      await (await stage.see('patient', 'concern')).fill(concern);
      await stage.click('patient', 'ask-now');
      await (await stage.see('patient', 'queued')).waitFor();
    },
  },
  at('sessions-client', 'patient', '/sessions', 'appointment-row'),
  at('settings-client', 'patient', '/settings', 'profile'),
  offline('overview-offline', 'patient', '/overview', 'next-visit'),
];

export const PRACTITIONER: Sight[] = [
  at('today', 'doctor', '/today', 'appointment-row'),
  broken('today-failed', 'doctor', '/today'),
  at('sessions', 'doctor', '/sessions', 'appointment-row'),
  broken('sessions-failed', 'doctor', '/sessions'),
  {
    ...at('requests', 'doctor', '/requests', 'request'),
    before: async (stage) => (await stage.account('doctor')).patch('/me', { accepts_requests: true }),
  },
  by('requests-why', 'doctor', 'why', 'why-answer'),
  at('reports', 'doctor', '/reports', 'report'),
  at('settings', 'doctor', '/settings', 'profile'),
  {
    name: 'settings-wrong',
    visitor: 'doctor',
    reach: async (stage) => {
      const [current, next, repeated] = await (await stage.page('doctor')).locator('input[type="password"]').all();
      await current?.fill('a-long-enough-password');
      await next?.fill('another-long-password');
      await repeated?.fill('yet-another-password');
      await stage.click('doctor', 'save-password');
      await wrong(stage, 'doctor');
    },
  },
  at('session-scheduled', 'doctor', ({ early }) => `/sessions/${early}`, 'status'),
  offline('today-offline', 'doctor', '/today', 'appointment-row'),
];
