// The way in, and what a first day looks like.

import { invite } from '../../harness/invitation.ts';
import { atPath, afterClick, type PageState, showing } from '../page-state.ts';

const MINUTE_MS = 60_000;
const NO_SESSION = '0190f5a0-0000-7000-8000-000000000000';

export const ENTRY: PageState[] = [
  atPath('missing', 'stranger', '/nothing', 'error-page'),
  atPath('entry', 'stranger', '/', 'enter-doctor'),
  {
    name: 'sign-in',
    user: 'stranger',
    reach: async (users) => (await users.page('stranger')).locator('summary').first().click(),
  },
  afterClick('forgot', 'stranger', 'forgot', 'ask-for-link'),
  {
    ...showing('forgot-asked', 'stranger', 'asked'),
    before: async (users) => {
      await (await users.page('stranger')).getByLabel('E-mail').fill('nobody@demo.test');
      await users.click('stranger', 'ask-for-link');
    },
  },
  atPath('password', 'stranger', '/password#a-secret', 'choose-password'),
  {
    ...showing('password-gone', 'stranger', 'error'),
    before: async (users) => {
      await (await users.page('stranger')).getByLabel('Password').fill('a-long-enough-password');
      await users.click('stranger', 'choose-password');
    },
  },
  atPath('how-it-works', 'stranger', '/how-it-works', 'browsers'),
  atPath('test', 'stranger', '/test', 'begin-test'),
  afterClick('test-found', 'stranger', 'begin-test', 'all-well'),
  afterClick('test-over', 'stranger', 'end-test', 'begin-test'),
  atPath('link-signed-out', 'stranger', `/join/${NO_SESSION}`, 'signed-out'),
  atPath('link-unknown', 'patient', `/join/${NO_SESSION}`, 'error'),
  atPath('invite', 'stranger', '/invite#a-secret', 'accept-invitation'),
  afterClick('invite-gone', 'stranger', 'accept-invitation', 'error'),
  atPath('invite-without-link', 'stranger', '/invite?', 'error'),
];

/** A practitioner's first day, without anything in it. */
export const NEWCOMER: PageState[] = [
  atPath('today-empty', 'newcomer', '/today', 'nothing-booked'),
  atPath('sessions-empty', 'newcomer', '/sessions', 'no-sessions'),
  atPath('calendar-empty', 'newcomer', '/calendar?view=agenda', 'calendar-empty'),
  atPath('requests-empty', 'newcomer', '/requests', 'no-requests'),
];

const LONG_TITLE = 'Sprechstunde zur Nachbesprechung der Untersuchungsergebnisse und des weiteren Vorgehens';

/** Names are as long as they are. */
export const LONG_NAME: PageState[] = [
  {
    ...atPath('today-long-name', 'newcomer', '/today', 'next'),
    before: async (users) => {
      const newcomer = await users.account('newcomer');
      const name = 'Dr. Wolfgang-Amadeus Freiherr von Oberhummersdorf-Wolfeschlegelsteinhausenbergerdorff';
      const { id } = await invite(newcomer, { startsIn: 35 * MINUTE_MS, name });
      await newcomer.patch(`/appointments/${id}`, { title: LONG_TITLE });
    },
  },
  atPath('calendar-long-name', 'newcomer', '/calendar?view=agenda', 'calendar-agenda'),
  atPath('sessions-long-name', 'newcomer', '/sessions', 'appointment-row'),
  {
    ...showing('session-long-name', 'newcomer', 'status'),
    before: async (users) => (await users.page('newcomer')).getByTestId('appointment-row').last().getByRole('link').first().click(),
  },
];
