// Every page of every role: what axe looks at, and what `make screens` takes pictures of.

import type { Sight } from './sight.ts';
import { ADMINISTRATION } from './sights/administration.ts';
import { ASSISTANT, CALENDAR, DIALOGS } from './sights/calendar.ts';
import { CONSULTATION } from './sights/consultation.ts';
import { CLIENT, PRACTITIONER } from './sights/day.ts';
import { ENTRY, LONG_NAME, NEWCOMER } from './sights/entry.ts';
import { ENDINGS } from './sights/endings.ts';
import { INVITED } from './sights/invited.ts';

/** With programs to tell on this machine, and calls that close with their time. */
export const SETTINGS = {
  OPENVISIT_WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
  OPENVISIT_OVERRUN_SECONDS: '0',
};

/** Each on a server of its own; what one page leaves behind, later ones of the same walk show. */
export const WALKS: Record<string, Sight[]> = {
  'the way in and a first day': [...ENTRY, ...NEWCOMER, ...INVITED, ...LONG_NAME],
  'clients and practitioners': [...CLIENT, ...PRACTITIONER],
  'calendars': [...CALENDAR, ...DIALOGS, ...ASSISTANT],
  'a consultation': CONSULTATION,
  'three in a call, and its end': ENDINGS,
  'administration': ADMINISTRATION,
};
