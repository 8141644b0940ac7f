// One consultation, step after step, as both see it.

import { at, by, lobby, type Sight, then } from '../sight.ts';

export const CONSULTATION: Sight[] = [
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
      for (const party of ['doctor', 'patient'] as const) await stage.seeOthers(party);
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
      await (await stage.see('doctor', 'invited-name')).fill('Noor Haddad, interpreter');
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
