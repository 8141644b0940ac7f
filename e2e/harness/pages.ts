// Every page of every role: what axe looks at, and what `make screens` takes pictures of.

import { expect } from '@playwright/test';
import { nextMonday } from './diary.ts';
import { at, broken, by, lobby, type Sight, then } from './sight.ts';

const ENTRY: Sight[] = [
  at('entry', 'stranger', '/', 'enter-doctor'),
  {
    name: 'sign-in',
    visitor: 'stranger',
    reach: async (stage) => (await stage.page('stranger')).locator('summary').first().click(),
  },
  at('invite', 'stranger', '/invite#a-secret', 'accept-invitation'),
  by('invite-gone', 'stranger', 'accept-invitation', 'error'),
  at('invite-without-link', 'stranger', '/invite?', 'error'),
];

/** A practitioner's first day, without anything in it. */
const NEWCOMER: Sight[] = [
  at('today-empty', 'newcomer', '/today', 'nothing-booked'),
  at('sessions-empty', 'newcomer', '/sessions', 'no-sessions'),
  at('calendar-empty', 'newcomer', '/calendar?view=agenda', 'calendar-empty'),
  at('requests-empty', 'newcomer', '/requests', 'no-requests'),
];

const PRACTITIONER: Sight[] = [
  at('today', 'doctor', '/today', 'appointment-row'),
  broken('today-failed', 'doctor', '/today'),
  at('sessions', 'doctor', '/sessions', 'appointment-row'),
  broken('sessions-failed', 'doctor', '/sessions'),
  at('session-scheduled', 'doctor', ({ early }) => `/sessions/${early}`, 'status'),
  {
    ...at('requests', 'doctor', '/requests', 'request'),
    before: async (stage) => {
      const concern = 'My knee has been swollen since yesterday. Can somebody look at it?';
      await (await stage.account('doctor')).patch('/me', { accepts_requests: true });
      await (await stage.account('patient')).post('/requests', { concern, kind: 'video' });
    },
  },
];

const MONDAY = new Date(nextMonday()).toISOString().slice(0, 10);

const CALENDAR: Sight[] = [
  at('calendar-week', 'doctor', `/calendar?view=week&day=${MONDAY}`, 'calendar-grid'),
  by('calendar-month', 'doctor', 'view-month', 'calendar-grid'),
  by('calendar-day', 'doctor', 'view-day', 'calendar-grid'),
  by('calendar-agenda', 'doctor', 'view-agenda', 'calendar-agenda'),
  broken('calendar-failed', 'doctor', '/calendar'),
];

const DIALOGS: Sight[] = [
  {
    ...by('schedule', 'doctor', 'new-appointment', 'schedule-dialog'),
    before: (stage) => stage.open('doctor', `/calendar?view=agenda&day=${MONDAY}`),
  },
  {
    name: 'schedule-client',
    visitor: 'doctor',
    reach: async (stage) => {
      await (await stage.see('doctor', 'client-search')).fill('no');
      await (await stage.see('doctor', 'client-option')).waitFor();
    },
  },
  {
    name: 'schedule-invitation',
    visitor: 'doctor',
    reach: async (stage) => {
      await stage.click('doctor', 'client-option');
      await (await stage.see('doctor', 'date')).fill(MONDAY);
      await (await stage.see('doctor', 'time')).fill('16:00');
      await (await stage.see('doctor', 'title')).fill('Sleep consultation');
      await stage.click('doctor', 'save-appointment');
      await (await stage.see('doctor', 'invitation-text')).waitFor();
    },
  },
  {
    name: 'appointment',
    visitor: 'doctor',
    reach: async (stage) => {
      await stage.click('doctor', 'invitation-done');
      await (await stage.see('doctor', 'calendar-agenda')).getByRole('button').first().click();
      await (await stage.see('doctor', 'appointment-details')).waitFor();
    },
  },
  by('appointment-cancel', 'doctor', 'cancel-appointment', 'ask'),
];

/** One consultation, step after step, as both see it. */
const CONSULTATION: Sight[] = [
  lobby('lobby-early', 'patient', ({ early }) => early),
  lobby('lobby', 'patient', ({ current }) => current),
  by('waiting-room', 'patient', 'join', 'waiting-room'),
  at('today-arrival', 'doctor', '/today', 'arrival'),
  lobby('lobby-practitioner', 'doctor', ({ current }) => current),
  by('call-admit', 'doctor', 'join', 'admit'),
  by('call', 'doctor', 'admit', 'remote-video'),
  then('call-client', 'patient', 'remote-video'),
  by('call-people', 'doctor', 'toggle-panel', 'participants'),
  by('call-chat', 'doctor', 'toggle-chat', 'chat'),
  within('call-settings', 'more', 'open-settings', 'settings'),
  within('call-menu', 'close-panel', 'more', 'open-settings'),
  within('call-help', 'help', 'help-sheet'),
  {
    name: 'call-invite',
    visitor: 'doctor',
    reach: async (stage) => {
      await (await stage.page('doctor')).keyboard.press('Escape');
      for (const testId of ['more', 'invite', 'make-invitation']) await stage.click('doctor', testId);
      await expect(await stage.see('doctor', 'invitation-link')).toBeVisible();
    },
  },
  {
    name: 'call-hang-up',
    visitor: 'doctor',
    reach: async (stage) => {
      await (await stage.page('doctor')).keyboard.press('Escape');
      await stage.click('doctor', 'hang-up');
      await expect(await stage.see('doctor', 'end-call')).toBeVisible();
    },
  },
  by('after-practitioner', 'doctor', 'end-call', 'session-ended'),
  then('after-client', 'patient', 'session-ended'),
  at('session', 'doctor', ({ current }) => `/sessions/${current}`, 'timeline'),
  at('session-client', 'patient', ({ current }) => `/sessions/${current}`, 'timeline'),
  at('sessions-past', 'doctor', '/sessions?show=past', 'appointment-row'),
  at('sessions-client', 'patient', '/sessions', 'appointment-row'),
];

export const SIGHTS: Sight[] = [...ENTRY, ...NEWCOMER, ...PRACTITIONER, ...CALENDAR, ...DIALOGS, ...CONSULTATION];

/** A part of the practitioner's call: what is clicked, then what shows. */
function within(name: string, ...path: string[]): Sight {
  return {
    name,
    visitor: 'doctor',
    reach: async (stage) => {
      for (const testId of path.slice(0, -1)) await stage.click('doctor', testId);
      await expect(await stage.see('doctor', path[path.length - 1] ?? '')).toBeVisible();
    },
  };
}
