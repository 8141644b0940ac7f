// Every page of every role, in every state: what axe examines, and what `make screenshots` takes pictures of.

import type { PageState } from './page-state.ts';
import { ADMINISTRATION } from './states/administration.ts';
import { ASSISTANT, CALENDAR, DIALOGS } from './states/calendar.ts';
import { CONSULTATION } from './states/consultation.ts';
import { CLIENT, PRACTITIONER } from './states/day.ts';
import { ENTRY, LONG_NAME, NEWCOMER } from './states/entry.ts';
import { ENDINGS } from './states/endings.ts';
import { INVITED } from './states/invited.ts';

/** With programs to tell on this machine, a mail server that is away, and calls that close with their time. */
export const SERVER_SETTINGS = {
  OPENVISIT_WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
  OPENVISIT_OVERRUN_SECONDS: '0',
  OPENVISIT_MAIL_URL: 'smtp://127.0.0.1:9',
  OPENVISIT_MAIL_FROM: 'visit@practice.example',
};

/** Each on a server of its own; what one page leaves behind, later ones of the same list show. */
export const PAGE_STATES: Record<string, PageState[]> = {
  'the way in and a first day': [...ENTRY, ...NEWCOMER, ...INVITED, ...LONG_NAME],
  'clients and practitioners': [...CLIENT, ...PRACTITIONER],
  'calendars': [...CALENDAR, ...DIALOGS, ...ASSISTANT],
  'a consultation': CONSULTATION,
  'three in a call, and its end': ENDINGS,
  'administration': ADMINISTRATION,
};
