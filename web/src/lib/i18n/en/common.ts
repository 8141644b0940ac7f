import { plural } from '../locale';

export default {
  nav: {
    label: 'Main',
    today: 'Today',
    calendar: 'Calendar',
    sessions: 'Sessions',
    appointments: 'Appointments',
    arrivals: 'Arrivals',
    clients: 'Clients',
    requests: 'Requests',
    reports: 'Reports',
    settings: 'Settings',
    overview: 'Overview',
    users: 'People',
    organizations: 'Organizations',
    usage: 'Usage',
    programs: 'Programs',
    webhooks: 'Webhooks',
    system: 'System',
    support: 'Support',
    more: 'More',
    signOut: 'Sign out',
    skip: 'Skip to the content',
  },
  status: {
    scheduled: 'Scheduled',
    waiting: 'Waiting',
    in_progress: 'In progress',
    completed: 'Completed',
    cancelled: 'Cancelled',
    no_show: 'Missed',
  },
  /** How good a new password is. */
  strength: {
    short: 'Too short',
    weak: 'Easy to guess',
    fair: 'Acceptable',
    good: 'Good',
    strong: 'Strong',
  },
  /** In place of the status, where it only says that somebody came. */
  door: { left: 'Was here', let_in: 'Let in' },
  late: ({ name, minutes }: { name: string; minutes: number }) =>
    `${name} is running ${minutes} minutes late.`,
  doorChat: { title: 'Messages', you: 'You', write: 'Write a message', send: 'Send' },
  days: { yesterday: 'Yesterday', today: 'Today', tomorrow: 'Tomorrow' },
  /** By the wording presets of the settings; as labels, without an article. */
  parties: {
    'practitioner/client': { practitioner: 'Practitioner', client: 'Client' },
    'doctor/patient': { practitioner: 'Doctor', client: 'Patient' },
    'therapist/client': { practitioner: 'Therapist', client: 'Client' },
    'psychologist/client': { practitioner: 'Psychologist', client: 'Client' },
    'mechanic/customer': { practitioner: 'Mechanic', client: 'Customer' },
  },
  /** The same for many, as the name of a page. */
  clients: {
    'practitioner/client': 'Clients',
    'doctor/patient': 'Patients',
    'therapist/client': 'Clients',
    'psychologist/client': 'Clients',
    'mechanic/customer': 'Customers',
  },
  /** Pages that some of them call otherwise. */
  ownNav: { 'therapist/client': { sessions: 'Video Sessions' } },
  roles: { guest: 'Guest', assistant: 'Reception', admin: 'Administrator' },
  consultation: 'Video consultation',
  inPerson: 'Appointment in person',
  tryAgain: 'Try again',
  toStart: 'To the start page',
  offline: {
    title: 'You are offline',
    text: 'This page goes on by itself as soon as there is a connection.',
  },
  needHelp: 'Do you need help?',
  /** Ways to reach whoever helps. */
  help: {
    call: ({ phone }: { phone: string }) => `Call ${phone}`,
    write: ({ email }: { email: string }) => `Write to ${email}`,
  },
  language: 'Language',
  save: 'Save',
  saved: 'Saved',
  stars: ({ count }: { count: number }) =>
    plural(count, { one: '1 star', other: `${count} stars` }),
  notes: {
    label: 'Notes',
    onlyYou: 'only you see them',
    unreadable: {
      title: 'Your notes cannot be read',
      text: 'They are kept and shown again once whoever runs this server gives back the key that they were sealed with. Until then nothing is written in their place.',
    },
    quality: 'How good was the call?',
  },
  byCode: ({ name }: { name: string }) => `${name} (by code)`,
  loading: 'Loading',
  /** Names of a body's fields, for what the server finds wrong with them. */
  fields: {
    email: 'E-mail',
    name: 'Name',
    password: 'Password',
    passcode: 'Passcode',
    title: 'Title',
    notes: 'Notes',
    concern: 'Concern',
    starts_at: 'Start',
    duration_minutes: 'Duration',
    rating: 'Rating',
    comment: 'Comment',
    timezone: 'Time zone',
    url: 'Address',
  },
  refusals: {
    other: { title: 'This did not work', text: 'Please try again in a moment.' },
    passcode_wrong: ({ left }: { left: number | null }) => ({
      title: 'That passcode is not right',
      text:
        left === null
          ? 'Please check the six digits.'
          : `Please check the six digits. ${plural(left, { one: 'One try is left.', other: `${left} tries are left.` })}`,
    }),
    too_early: ({ at }: { at: string | null }) => ({
      title: 'You are early',
      text:
        at === null
          ? 'The door is not open yet. Please try again a little later.'
          : `The door opens at ${at}. Please come back then; your link stays valid.`,
    }),
    too_many_requests: ({ span }: { span: string }) => ({
      title: 'Too many tries',
      text: `Please wait ${span} and try again.`,
    }),
    slot_taken: ({ time }: { time: string | null }) => ({
      title: 'This time is taken',
      text:
        time === null
          ? 'Please choose another one.'
          : `${time} is booked already. Please choose another time.`,
    }),
    not_allowed_now: ({ status }: { status: string | null }) => ({
      title: 'This is not possible now',
      text: `${status === null ? '' : `State of the session: ${status}. `}Please load the page again to see what can be done now.`,
    }),
    invalid: ({ fields }: { fields: string }) => ({
      title: 'Something is not filled in right',
      text: fields === '' ? 'Please check what you entered.' : `Please check: ${fields}.`,
    }),
    payment_required: {
      title: 'This appointment is not paid yet',
      text: 'You can join as soon as the payment is confirmed. If you have paid, please ask where you got your appointment.',
    },
    passcode_required: {
      title: 'A passcode is needed',
      text: 'Please enter the six digits you received with your appointment.',
    },
    locked: {
      title: 'Too many wrong passcodes',
      text: 'Joining is locked for a while. Please ask for a new passcode where you got your appointment.',
    },
    quota_exceeded: {
      title: 'No call minutes are left this month',
      text: 'Please ask for another way to talk where you got your appointment.',
    },
    ended: {
      title: 'This session is over',
      text: 'Nobody can join it any more. If there is more to say, please arrange a new appointment.',
    },
    full: {
      title: 'Every place is taken',
      text: 'Please try again when somebody has left, or ask whoever invited you.',
    },
    denied: {
      title: 'You were not let in',
      text: 'If this is a mistake, please call where you got your appointment.',
    },
    no_call: {
      title: 'This appointment is in person',
      text: 'There is no video call for it. Please meet at the place that was agreed upon.',
    },
    not_found: {
      title: 'There is no such page',
      text: 'Perhaps the link is incomplete, or it belongs to another account. Please open it exactly as you received it, or sign in with that account.',
    },
    unauthorized: { title: 'You are not signed in', text: 'Please sign in and try again.' },
    wrong_login: {
      title: 'E-mail address or password is wrong',
      text: 'Please check both. Only an administrator can set a new password.',
    },
    forbidden: {
      title: 'Your account may not do this',
      text: 'Please ask an administrator of this server.',
    },
    conflict: {
      title: 'This clashes with what is there already',
      text: 'Please load the page again and look at what is there now.',
    },
    version_conflict: {
      title: 'Somebody changed it in the meantime',
      text: 'Please load the page again, then make your change.',
    },
    request_taken: {
      title: 'This request has been accepted already',
      text: 'Please load the page again to see what is waiting now.',
    },
    request_gone: {
      title: 'The request is not waiting any more',
      text: 'It was withdrawn, or it waited too long. Please load the page again to see what is waiting now.',
    },
    bad_request: {
      title: 'The server did not understand this',
      text: 'Please load the page again and try once more.',
    },
    method_not_allowed: {
      title: 'The server does not do this',
      text: 'Please load the page again; it may be older than the server.',
    },
    payload_too_large: { title: 'This is too long', text: 'Please shorten it.' },
    unsupported_media_type: {
      title: 'The server does not take this kind of content',
      text: 'Please load the page again; it may be older than the server.',
    },
    idempotency_key_reused: {
      title: 'This was sent before',
      text: 'Please load the page again and look at what is there now.',
    },
    idempotency_key_in_use: {
      title: 'This is being carried out',
      text: 'Please wait a moment, then load the page again.',
    },
    idempotency_answer_lost: {
      title: 'This was carried out, but the answer was lost',
      text: 'Please load the page again and look at what is there now.',
    },
    internal: {
      title: 'Something went wrong on the server',
      text: 'Nothing you did is to blame. Please try again in a moment.',
    },
    unavailable: {
      title: 'The server is not ready just now',
      text: 'Please try again in a moment.',
    },
    media_unavailable: {
      title: 'Picture and sound cannot be connected',
      text: 'The service that carries this call does not answer. Please try again in a moment.',
    },
    busy: {
      title: 'The server is at its limit',
      text: 'It carries as many calls as it can just now. Calls that have begun go on. Please try again in a moment.',
    },
    broker_unavailable: {
      title: 'Messages to other programs are waiting',
      text: 'Calls go on, and the messages follow by themselves. You need not do anything.',
    },
    not_ready: {
      title: 'The server needs help',
      text: 'Whoever runs it can see what is missing. Please try again in a few minutes.',
    },
    unreachable: {
      title: 'The server cannot be reached',
      text: 'Please check your connection. We keep trying.',
    },
  },
  close: 'Close',
  undo: 'Undo',
  unsaved: { ask: 'Discard what you typed?', discard: 'Discard', goOn: 'Keep writing' },
};
