// Every page of every role: what axe looks at, and what `make screens` takes pictures of.

import { nextMonday } from './diary.ts';
import { at, broken, by, lobby, type Sight, then } from './sight.ts';

const ENTRY: Sight[] = [
  at('missing', 'stranger', '/nothing', 'error-page'),
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
  {
    ...at('requests', 'doctor', '/requests', 'request'),
    before: async (stage) => (await stage.account('doctor')).patch('/me', { accepts_requests: true }),
  },
  by('requests-why', 'doctor', 'why', 'why-answer'),
  at('reports', 'doctor', '/reports', 'report'),
  at('settings', 'doctor', '/settings', 'profile'),
  at('session-scheduled', 'doctor', ({ early }) => `/sessions/${early}`, 'status'),
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
      await (await stage.see('doctor', 'client-search')).fill('le');
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

const CLIENT: Sight[] = [
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
];

/** Reception, with the calendars of the practice side by side. */
const ASSISTANT: Sight[] = [
  at('reception-day', 'assistant', `/calendar?view=day&day=${MONDAY}`, 'calendar-grid'),
  by('reception-week', 'assistant', 'view-week', 'calendar-grid'),
  by('reception-schedule', 'assistant', 'new-appointment', 'schedule-dialog'),
  at('settings-assistant', 'assistant', '/settings', 'profile'),
];

/** One consultation, step after step, as both see it. */
const CONSULTATION: Sight[] = [
  lobby('lobby-early', 'patient', ({ early }) => early),
  lobby('lobby', 'patient', ({ current }) => current),
  by('waiting-room', 'patient', 'join', 'waiting-room'),
  at('today-arrival', 'doctor', '/today', 'arrival'),
  lobby('lobby-practitioner', 'doctor', ({ current }) => current),
  by('call-admit', 'doctor', 'join', 'admit'),
  {
    name: 'call',
    visitor: 'doctor',
    reach: async (stage) => {
      await stage.click('doctor', 'admit');
      for (const party of ['doctor', 'patient'] as const) {
        await (await stage.see(party, 'remote-video')).waitFor();
        await (await stage.see(party, 'name-card')).waitFor({ state: 'hidden' });
      }
    },
  },
  then('call-client', 'patient', 'remote-video'),
  by('call-chat', 'patient', 'toggle-chat', 'chat-input'),
  {
    name: 'call-chat-practitioner',
    visitor: 'doctor',
    reach: async (stage) => {
      await (await stage.see('patient', 'chat-input')).fill('My blood pressure today: 128 over 82.');
      await stage.press('patient', 'Enter');
      await stage.click('doctor', 'toggle-chat');
      await (await stage.see('doctor', 'message')).waitFor();
    },
  },
  by('call-people', 'doctor', 'toggle-panel', 'participants'),
  by('call-invite', 'doctor', 'invite-from-panel', 'invited-name'),
  {
    name: 'call-invite-link',
    visitor: 'doctor',
    reach: async (stage) => {
      await (await stage.see('doctor', 'invited-name')).fill('Ines, interpreter');
      await stage.click('doctor', 'make-invitation');
      await (await stage.see('doctor', 'invitation-link')).waitFor();
    },
  },
  { ...by('call-more', 'doctor', 'more', 'open-settings'), before: (stage) => stage.press('doctor', 'Escape') },
  by('call-settings', 'doctor', 'open-settings', 'settings'),
  {
    ...then('call-help', 'doctor', 'help-sheet'),
    // Its item in the menu is for who has a keyboard.
    before: (stage) => stage.press('doctor', '?'),
    after: (stage) => stage.press('doctor', 'Escape'),
  },
  by('call-hang-up', 'doctor', 'hang-up', 'end-call'),
  by('after-practitioner', 'doctor', 'end-call', 'session-ended'),
  then('after-client', 'patient', 'session-ended'),
  at('session', 'doctor', ({ current }) => `/sessions/${current}`, 'timeline'),
  at('session-client', 'patient', ({ current }) => `/sessions/${current}`, 'timeline'),
  at('sessions-past', 'doctor', '/sessions?show=past', 'appointment-row'),
];

const ADMINISTRATION: Sight[] = [
  at('admin-users', 'admin', '/admin/users', 'people'),
  at('admin-user-new', 'admin', '/admin/users/new', 'create-person'),
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
  at('admin-webhooks', 'admin', '/admin/webhooks', 'webhooks'),
  at('admin-system', 'admin', '/admin/system', 'system'),
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

/** Each on a server of its own; what one page leaves behind, later ones of the same walk show. */
export const WALKS: Record<string, Sight[]> = {
  'the way in and a first day': [...ENTRY, ...NEWCOMER],
  'clients and practitioners': [...CLIENT, ...PRACTITIONER],
  'calendars': [...CALENDAR, ...DIALOGS, ...ASSISTANT],
  'a consultation': CONSULTATION,
  'administration': ADMINISTRATION,
};
