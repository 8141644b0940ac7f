// Calendars and what is booked in them.

import { nextMonday } from '../diary.ts';
import { at, broken, by, type Sight, wrong } from '../sight.ts';

const MONDAY = new Date(nextMonday()).toISOString().slice(0, 10);

export const CALENDAR: Sight[] = [
  at('calendar-week', 'doctor', `/calendar?view=week&day=${MONDAY}`, 'calendar-grid'),
  by('calendar-month', 'doctor', 'view-month', 'calendar-grid'),
  by('calendar-day', 'doctor', 'view-day', 'calendar-grid'),
  by('calendar-agenda', 'doctor', 'view-agenda', 'calendar-agenda'),
  broken('calendar-failed', 'doctor', '/calendar'),
];

export const DIALOGS: Sight[] = [
  {
    ...by('schedule', 'doctor', 'new-appointment', 'schedule-dialog'),
    before: (stage) => stage.open('doctor', `/calendar?view=agenda&day=${MONDAY}`),
  },
  {
    name: 'schedule-wrong',
    visitor: 'doctor',
    reach: async (stage) => {
      await stage.click('doctor', 'save-appointment');
      await wrong(stage, 'doctor');
    },
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
  {
    name: 'appointment-in-person',
    visitor: 'doctor',
    reach: async (stage) => {
      await stage.open('doctor', `/calendar?view=agenda&day=${MONDAY}`);
      await (await stage.see('doctor', 'calendar-agenda')).getByRole('button', { name: 'Physical examination' }).click();
      await (await stage.see('doctor', 'appointment-details')).waitFor();
    },
  },
];

/** Reception, with the calendars of the practice side by side. */
export const ASSISTANT: Sight[] = [
  at('reception-day', 'assistant', `/calendar?view=day&day=${MONDAY}`, 'calendar-grid'),
  by('reception-week', 'assistant', 'view-week', 'calendar-grid'),
  by('reception-schedule', 'assistant', 'new-appointment', 'schedule-dialog'),
  at('settings-assistant', 'assistant', '/settings', 'profile'),
];
