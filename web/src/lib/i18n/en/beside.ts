import { plural } from '../locale';

/** What stands beside the pictures of a call. */
export default {
  notes: {
    title: 'Notes',
    hidden:
      'You are sharing a whole screen or window, which may show this page. So that nobody reads along, your notes are hidden while you share.',
    show: 'Show them all the same',
    saving: 'Being saved …',
    failed: 'Not saved yet; it is tried again. What you typed is kept in this tab.',
    over: (p: { over: number }) =>
      plural(p.over, {
        one: '1 character too many: not saved',
        other: `${p.over} characters too many: not saved`,
      }),
  },
  phone: {
    heading: 'By telephone',
    call: ({ name }: { name: string }) =>
      `Call ${name}. The visit goes on, whoever closes this page; its time counts by your word.`,
    called: ({ name }: { name: string }) => `${name} is calling you by telephone.`,
    calledAt: ({ name, number }: { name: string; number: string }) =>
      `${name} is calling you by telephone, at ${number}.`,
    mayClose: 'You may close this page; video can start again later.',
    orCall: 'You can also call yourself:',
    others: 'The two go on by telephone. Video can start again later.',
    none: 'No number is known. If you have one, it is kept with the client:',
    showMine: ({ number }: { number: string }) => `Show my number (${number}) as well`,
    noneOfMine: 'Your own number is not known; you can add it in the settings.',
    since: ({ time }: { time: string }) => `By telephone since ${time}`,
    back: 'Back to video',
  },
  files: {
    attach: 'Send a picture or PDF',
    attachTitle: 'A picture or PDF, up to 10 MB; you can also drag it here or paste it',
    save: 'Save',
    saveName: ({ name }: { name: string }) => `Save ${name}`,
    progress: ({ name }: { name: string }) => `${name} is being sent`,
    gone: 'It is not there any more, or could not be loaded. Files go with the chat.',
    notSent: ({ name, why }: { name: string; why: string }) => `${name}: ${why}`,
    why: {
      wrong_type:
        'Not sent: only pictures (PNG, JPEG, GIF, WebP) and PDF can be sent. A photo of the paper works, too.',
      too_long:
        'Not sent: a file may have 10 MB at most. Take the photo in a smaller size, or send fewer pages.',
      required: 'Not sent: the file is empty.',
      out_of_range:
        'Not sent: this consultation has no room for more files. Send the rest another way.',
      not_configured: 'Files cannot be sent here.',
      other:
        'Not sent. Check your connection and try again; after a reload, choose the file once more.',
    },
  },
  people: {
    title: 'Participants',
    label: 'Participants and session',
    isWaiting: (p: { name: string }) => `${p.name} is waiting`,
    admit: 'Admit',
    deny: 'Deny',
    remove: 'Remove',
    removeName: (p: { name: string }) => `Remove ${p.name}`,
    sureToRemove: (p: { name: string }) => `Remove ${p.name} from the call?`,
    keep: 'Keep',
    notConnected: 'not connected',
    details: 'Details',
    sessionId: 'Session id',
    idOf: (p: { role: string }) => `Id (${p.role})`,
    subject: 'Subject',
    noTitle: 'Video consultation',
    booked: 'Booked',
    began: 'Started',
  },
  invite: {
    title: 'Invite somebody',
    text: 'An interpreter or a relative, for example. Send the link to the person: it needs neither account nor passcode. You let the person in.',
    name: 'Name (optional)',
    make: 'Make a link',
    making: 'Making the link …',
    link: 'Link',
    copy: 'Copy the link',
    copied: 'Copied',
    select: 'Copying did not work. The link is marked: please copy it by hand.',
    another: 'Another link',
    until: (p: { time: string }) => `It is valid until ${p.time}.`,
  },
  help: {
    title: 'Keyboard shortcuts',
    microphone: 'Microphone on or off',
    camera: 'Camera on or off',
    talk: 'Hold to speak while muted',
    chat: 'Open or close the chat',
    people: 'Participants',
    notes: 'Your notes',
    settings: 'Camera and sound',
    fullScreen: 'Full screen',
    help: 'This list',
  },
};
