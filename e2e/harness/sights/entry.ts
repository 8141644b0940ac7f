// The way in, and what a first day looks like.

import { invite } from '../invitation.ts';
import { at, by, type Sight, then } from '../sight.ts';

const MINUTE_MS = 60_000;

export const ENTRY: Sight[] = [
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
export const NEWCOMER: Sight[] = [
  at('today-empty', 'newcomer', '/today', 'nothing-booked'),
  at('sessions-empty', 'newcomer', '/sessions', 'no-sessions'),
  at('calendar-empty', 'newcomer', '/calendar?view=agenda', 'calendar-empty'),
  at('requests-empty', 'newcomer', '/requests', 'no-requests'),
];

const LONG_TITLE = 'Sprechstunde zur Nachbesprechung der Untersuchungsergebnisse und des weiteren Vorgehens';

/** Names are as long as they are. */
export const LONG_NAME: Sight[] = [
  {
    ...at('today-long-name', 'newcomer', '/today', 'next'),
    before: async (stage) => {
      const newcomer = await stage.account('newcomer');
      const name = 'Dr. Wolfgang-Amadeus Freiherr von Oberhummersdorf-Wolfeschlegelsteinhausenbergerdorff';
      const { id } = await invite(newcomer, { startsIn: 35 * MINUTE_MS, name });
      await newcomer.patch(`/appointments/${id}`, { title: LONG_TITLE });
    },
  },
  at('calendar-long-name', 'newcomer', '/calendar?view=agenda', 'calendar-agenda'),
  at('sessions-long-name', 'newcomer', '/sessions', 'appointment-row'),
  {
    ...then('session-long-name', 'newcomer', 'status'),
    before: async (stage) => (await stage.page('newcomer')).getByTestId('appointment-row').last().getByRole('link').first().click(),
  },
];
