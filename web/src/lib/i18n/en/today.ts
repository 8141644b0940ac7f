import { plural } from '../locale';

export default {
  nothing: 'Nothing is booked.',
  freeDay: 'Nothing is booked for today.',
  plan: 'Plan an appointment',
  list: ({ count }: { count: number }) =>
    plural(count, { one: 'One appointment today', other: `${count} appointments today` }),
  asked: ({ count }: { count: number }) =>
    plural(count, { one: 'One request is waiting', other: `${count} requests are waiting` }),
  seeRequests: 'Look at them',
  minutes: ({ count }: { count: number }) => `${count} min`,
  startsIn: ({ span }: { span: string }) => `starts in ${span}`,
  opensIn: ({ span }: { span: string }) => `Opens in ${span}`,
  admitName: ({ name }: { name: string }) => `Admit ${name}`,
  rated: ({ stars }: { stars: number }) => `Rated ${stars} of 5`,
  next: {
    heading: 'Next appointment',
    running: 'In progress',
    waiting: 'Somebody is waiting',
    in: ({ span }: { span: string }) => `in ${span}`,
    late: ({ span }: { span: string }) => `due ${span} ago`,
  },
  arrivals: {
    label: 'Waiting to be let in',
    waits: ({ name }: { name: string }) => `${name} is waiting`,
    since: ({ span }: { span: string }) => `for ${span}`,
    admit: 'Admit',
    toCall: 'Go to the call',
    letIn: ({ name }: { name: string }) => `${name} has been let in.`,
    dismiss: 'Dismiss',
  },
  notify: {
    ask: 'Notify me of arrivals',
    on: 'Arrivals are shown as notifications',
    blocked: 'The browser blocks notifications of this page',
  },
  kind: {
    video: 'Video consultation',
    chat: 'Chat',
    diagnostic: 'Remote diagnosis',
    in_person: 'Appointment in person',
  },
  action: {
    start: 'Start',
    join: 'Join',
    rejoin: 'Rejoin',
    prepare: 'Check camera and sound',
    unpaid: 'Not paid yet',
    in_person: 'In person',
    notes: 'Notes',
    writeNotes: 'Write notes',
    rate: 'Rate',
    details: 'Details',
    backToCall: 'Back to the call',
  },
  running: {
    start: 'The door is open.',
    join: 'The door is open.',
    rejoin: 'This consultation is in progress.',
  },
  held: {
    question: 'Did this appointment take place?',
    yes: 'It took place',
    short: 'Took place?',
  },
  change: 'Move, cancel or send the link',
  inCalendar: 'Show in the calendar',
  tab: { upcoming: 'Upcoming', past: 'Past' },
  search: 'Name or title',
  status: 'Status',
  anyStatus: 'Any status',
  more: 'Show more',
  showAll: 'Show all',
  nothingFound: 'Nothing fits this search.',
  none: {
    upcoming: 'Nothing is booked.',
    past: 'Past sessions will be listed here.',
  },
  facts: {
    date: 'Date',
    booked: 'Booked',
    began: 'Began',
    ended: 'Ended',
    lasted: 'Lasted',
    missing: 'Missing',
    reason: 'Reason',
    payment: 'Payment',
    byItself: 'by itself',
    both: 'Nobody came',
  },
  again: {
    heading: 'Next appointment together',
    none: 'None is booked yet.',
  },
  evidence: {
    heading: 'What happened when',
    none: 'Nobody has come yet.',
    presence: 'Time in the call',
    what: {
      entered: ({ who }: { who: string }) => `${who}: at the door`,
      admitted: ({ who }: { who: string }) => `${who}: let in`,
      connected: ({ who }: { who: string }) => `${who}: connected`,
      disconnected: ({ who }: { who: string }) => `${who}: disconnected`,
      started: () => 'The consultation began',
      completed: ({ who }: { who: string }) =>
        who ? `The consultation ended (${who})` : 'The consultation ended by itself',
      cancelled: ({ who }: { who: string }) =>
        who ? `The appointment was cancelled (${who})` : 'The appointment was cancelled',
      no_show: () => 'It did not take place',
    },
    source: {
      media: 'sound and picture',
      provider: 'media provider',
      socket: 'page',
      client: 'own report',
    },
  },
  requests: {
    lead: 'People who would like to be seen now. The first to accept takes the consultation.',
    iAccept: 'I accept requests',
    accepting: 'New requests show up here by themselves.',
    notAccepting: 'You are shown no requests.',
    none: 'Nobody is asking at the moment.',
    off: 'Switch on “I accept requests” to see who is asking.',
    count: ({ count }: { count: number }) =>
      plural(count, { one: 'One request is waiting', other: `${count} requests are waiting` }),
    waits: ({ span }: { span: string }) => `Waiting for ${span}`,
    until: ({ time }: { time: string }) => `waits until ${time}`,
    clash: 'You or the person who asks has another appointment at this time.',
    unreadable: 'What was written cannot be read any more.',
    accept: 'Accept',
  },
  why: {
    heading: 'Why do I see no requests?',
    linked: 'Your account has the role for consultations:',
    enabled: 'Your account is enabled:',
    accepts: 'You accept requests:',
    yes: 'yes',
    no: 'no',
    counts: ({ pending, visible }: { pending: number; visible: number }) =>
      `Requests waiting on this server: ${pending}. Shown to you: ${visible}.`,
    rules: {
      not_a_practitioner: ({ count }: { count: number }) =>
        `Kept from you since your account has not the role for consultations: ${count}. An administrator can change that.`,
      account_disabled: ({ count }: { count: number }) =>
        `Kept from you since your account is disabled: ${count}. An administrator can change that.`,
      does_not_accept_requests: ({ count }: { count: number }) =>
        `Kept from you since you do not accept requests: ${count}. Switch it on above.`,
      request_gone: ({ count }: { count: number }) => `No longer waiting: ${count}.`,
      own_request: ({ count }: { count: number }) => `Your own, which you cannot accept: ${count}.`,
      tier: ({ count }: { count: number }) =>
        `For other service tiers than yours: ${count}. An administrator can change your tier.`,
      organization_first: ({ count }: { count: number }) =>
        `Offered to another organization first: ${count}. They show up here if nobody there accepts.`,
    },
    other: ({ count }: { count: number }) => `Kept from you by another rule: ${count}.`,
  },
};
