// Calendars and what is booked in them.

import { nextMonday } from '../../harness/sample-week.ts';
import { atPath, withFailingServer, afterClick, type PageState, expectFieldError } from '../page-state.ts';

const MONDAY = new Date(nextMonday()).toISOString().slice(0, 10);

export const CALENDAR: PageState[] = [
  atPath('calendar-week', 'doctor', `/calendar?view=week&day=${MONDAY}`, 'calendar-grid'),
  afterClick('calendar-month', 'doctor', 'view-month', 'calendar-grid'),
  afterClick('calendar-day', 'doctor', 'view-day', 'calendar-grid'),
  afterClick('calendar-agenda', 'doctor', 'view-agenda', 'calendar-agenda'),
  withFailingServer('calendar-failed', 'doctor', '/calendar'),
];

export const DIALOGS: PageState[] = [
  {
    ...afterClick('schedule', 'doctor', 'new-appointment', 'schedule-dialog'),
    before: (users) => users.open('doctor', `/calendar?view=agenda&day=${MONDAY}`),
  },
  {
    name: 'schedule-wrong',
    user: 'doctor',
    reach: async (users) => {
      await users.click('doctor', 'save-appointment');
      await expectFieldError(users, 'doctor');
    },
  },
  {
    name: 'schedule-client',
    user: 'doctor',
    reach: async (users) => {
      await (await users.locator('doctor', 'client-search')).fill('le');
      await (await users.locator('doctor', 'client-option')).waitFor();
    },
  },
  {
    name: 'schedule-invitation',
    user: 'doctor',
    reach: async (users) => {
      await users.click('doctor', 'client-option');
      await (await users.locator('doctor', 'date')).fill(MONDAY);
      await (await users.locator('doctor', 'time')).fill('16:00');
      await (await users.locator('doctor', 'title')).fill('Sleep consultation');
      await users.click('doctor', 'save-appointment');
      await (await users.locator('doctor', 'invitation-text')).waitFor();
    },
  },
  {
    name: 'appointment',
    user: 'doctor',
    before: async (users) => {
      const doctor = await users.account('doctor');
      const { items } = await doctor.get<{ items: { id: string }[] }>(`/appointments?limit=1&from=${MONDAY}T00:00:00Z`);
      for (const role of ['client', 'client', 'guest']) await doctor.post(`/appointments/${items[0]?.id}/invitations`, { role });
    },
    reach: async (users) => {
      await users.click('doctor', 'invitation-done');
      await (await users.locator('doctor', 'calendar-agenda')).getByRole('button').first().click();
      await (await users.locator('doctor', 'appointment-details')).waitFor();
    },
  },
  afterClick('appointment-cancel', 'doctor', 'cancel-appointment', 'confirm'),
  {
    ...afterClick('appointment-delete', 'doctor', 'delete-appointment', 'confirm'),
    before: async (users) => {
      await users.open('doctor', `/calendar?view=agenda&day=${MONDAY}`);
      await (await users.locator('doctor', 'calendar-agenda')).getByRole('button').first().click();
    },
  },
  {
    name: 'appointment-in-person',
    user: 'doctor',
    reach: async (users) => {
      await users.open('doctor', `/calendar?view=agenda&day=${MONDAY}`);
      await (await users.locator('doctor', 'calendar-agenda')).getByRole('button', { name: 'Physical examination' }).click();
      await (await users.locator('doctor', 'appointment-details')).waitFor();
    },
  },
];

/** Reception, with the calendars of the practice side by side. */
export const ASSISTANT: PageState[] = [
  atPath('reception-day', 'assistant', `/calendar?view=day&day=${MONDAY}`, 'calendar-grid'),
  afterClick('reception-week', 'assistant', 'view-week', 'calendar-grid'),
  afterClick('reception-schedule', 'assistant', 'new-appointment', 'schedule-dialog'),
  atPath('arrivals', 'assistant', '/arrivals', 'arrivals-today'),
  atPath('appointments-assistant', 'assistant', '/appointments', 'appointment-row'),
  atPath('settings-assistant', 'assistant', '/settings', 'profile'),
];
