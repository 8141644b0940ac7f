// One consultation, step after step, as both see it.

import { expect } from '@playwright/test';

import { atPath, afterClick, atLobby, type PageState, showing } from '../page-state.ts';

/** A reddish square, as PNG. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGM44eCABzGMSmNDAM45gCELa630AAAAAElFTkSuQmCC';

export const CONSULTATION: PageState[] = [
  atLobby('lobby-early', 'patient', ({ early }) => early),
  atLobby('lobby', 'patient', ({ current }) => current),
  afterClick('waiting-room', 'patient', 'join', 'waiting-room'),
  atPath('today-arrival', 'doctor', '/today', 'arrival'),
  {
    ...afterClick('today-word', 'doctor', 'word', 'word-dialog'),
    after: async (users) => {
      await users.click('doctor', 'late-10');
      await users.click('doctor', 'door-chat-open');
      await users.press('doctor', 'Escape');
    },
  },
  {
    name: 'waiting-room-word',
    user: 'patient',
    reach: async (users) => {
      await expect(await users.locator('patient', 'word')).toBeVisible();
      await expect(await users.locator('patient', 'door-chat')).toBeVisible();
    },
  },
  atPath('arrival-reception', 'assistant', '/sessions', 'arrival'),
  atLobby('lobby-practitioner', 'doctor', ({ current }) => current),
  afterClick('call-admit', 'doctor', 'join', 'admit'),
  {
    name: 'call',
    user: 'doctor',
    reach: async (users) => {
      await users.click('doctor', 'admit');
      for (const party of ['doctor', 'patient'] as const) await users.expectOthers(party);
    },
  },
  showing('call-client', 'patient', 'remote-video'),
  afterClick('call-chat', 'patient', 'toggle-chat', 'chat-input'),
  {
    name: 'call-chat-practitioner',
    user: 'doctor',
    reach: async (users) => {
      await (await users.locator('patient', 'chat-input')).fill('My blood pressure today: 128 over 82.');
      await users.press('patient', 'Enter');
      await users.click('doctor', 'toggle-chat');
      await (await users.locator('doctor', 'message')).waitFor();
    },
  },
  {
    name: 'call-chat-file',
    user: 'doctor',
    reach: async (users) => {
      const picture = { name: 'Rash, left arm.png', mimeType: 'image/png', buffer: Buffer.from(PICTURE, 'base64') };
      await (await users.locator('patient', 'chat-files')).setInputFiles(picture);
      await (await users.locator('doctor', 'chat-picture')).waitFor();
    },
  },
  afterClick('call-people', 'doctor', 'toggle-panel', 'participants'),
  afterClick('call-invite', 'doctor', 'invite-from-panel', 'invited-name'),
  {
    name: 'call-invite-link',
    user: 'doctor',
    reach: async (users) => {
      await (await users.locator('doctor', 'invited-name')).fill('Noor Haddad, interpreter');
      await users.click('doctor', 'make-invitation');
      await (await users.locator('doctor', 'invitation-link')).waitFor();
    },
  },
  { ...afterClick('call-more', 'doctor', 'more', 'open-settings'), before: (users) => users.press('doctor', 'Escape') },
  afterClick('call-settings', 'doctor', 'open-settings', 'settings'),
  {
    ...showing('call-help', 'doctor', 'help-sheet'),
    // Its item in the menu is for who has a keyboard.
    before: (users) => users.press('doctor', '?'),
    after: (users) => users.press('doctor', 'Escape'),
  },
  {
    ...showing('call-notes', 'doctor', 'call-notes'),
    before: (users) => users.press('doctor', 'Control+Alt+n'),
    after: (users) => users.press('doctor', 'Escape'),
  },
  {
    ...afterClick('call-by-phone', 'doctor', 'go-on-by-phone', 'by-phone'),
    before: (users) => users.click('doctor', 'more'),
  },
  {
    ...showing('call-by-phone-client', 'patient', 'by-phone'),
    after: (users) => users.click('doctor', 'back-to-video'),
  },
  afterClick('call-ending', 'doctor', 'end-call', 'way-back'),
  {
    name: 'after-practitioner',
    user: 'doctor',
    reach: async (users) => expect(await users.locator('doctor', 'way-back')).toHaveCount(0),
  },
  showing('after-client', 'patient', 'session-ended'),
  atPath('session', 'doctor', ({ current }) => `/sessions/${current}`, 'timeline'),
  atPath('session-client-past', 'patient', ({ current }) => `/sessions/${current}`, 'client-visit'),
  atPath('sessions-past', 'doctor', '/sessions?show=past', 'appointment-row'),
];
