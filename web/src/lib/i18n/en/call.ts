import { plural } from '../locale';

export default {
  title: 'Consultation',
  you: 'You',
  elapsed: 'Elapsed time',
  line: {
    connecting: 'Connecting …',
    reconnecting: 'Reconnecting …',
    offline: 'Your device is offline. The call goes on as soon as it is back.',
    gone: 'The server cannot be reached. We keep trying, and you come back by yourself.',
    unanswered:
      'The server does not answer just now. You still see and hear each other; writing and letting people in have to wait.',
    unheard: 'Messages do not arrive just now; everything else goes on. We keep trying.',
  },
  back: 'You are back.',
  connected: 'Connected',
  isJoining: (p: { name: string }) => `${p.name} is joining …`,
  soundOn: 'Turn the sound on',
  alone: 'Nobody else is here yet. As soon as somebody comes, you see and hear each other.',
  soon: (p: { name: string }) =>
    `${p.name} will be with you in a moment. You are in the call already: please stay here.`,
  wasHere: (p: { name: string; time: string }) => `${p.name} was here at ${p.time} and has left.`,
  hasLeft: (p: { name: string }) => `${p.name} is not in the call any more.`,
  openUntil: (p: { time: string; left: string }) =>
    `It is possible to come back: the call stays open until ${p.time} (${p.left}).`,
  joined: (p: { name: string }) => `${p.name} is here`,
  away: (p: { name: string }) => `${p.name} is away`,
  waiting: (p: { count: number }) =>
    plural(p.count, {
      one: '1 person is waiting to be let in',
      other: `${p.count} people are waiting to be let in`,
    }),
  time: {
    left: (p: { minutes: number }) => `${p.minutes} min left`,
    ends: (p: { minutes: number }) =>
      plural(p.minutes, {
        one: 'The booked time ends in one minute.',
        other: `The booked time ends in ${p.minutes} minutes.`,
      }),
    notCutOff: 'You will not be cut off.',
    over: (p: { until: string | null }) =>
      p.until === null
        ? 'The booked time is over. You can go on talking.'
        : `The booked time is over. You can go on talking until ${p.until}.`,
    closes: (p: { minutes: number }) =>
      plural(p.minutes, {
        one: 'The booked time is over. The call closes by itself in one minute.',
        other: `The booked time is over. The call closes by itself in ${p.minutes} minutes.`,
      }),
    closesSoon: 'The booked time is over. The call soon closes by itself.',
    extend: (p: { minutes: number }) => `${p.minutes} more minutes`,
  },
  quality: {
    label: {
      good: 'Good connection',
      fair: 'Fair connection',
      poor: 'Weak connection',
      lost: 'No connection',
      unknown: 'Measuring the connection',
    },
    advice: {
      good: 'Picture and sound get through well.',
      fair: 'Now and then something may stutter. Going nearer to the Wi-Fi router often helps.',
      poor: 'Go nearer to the router, use a cable or mobile data, close other downloads, or turn your camera off.',
      lost: 'Nothing gets through at present. We keep trying.',
      unknown: 'This takes a few seconds.',
    },
    roundTrip: 'Delay',
    loss: 'Lost',
    upload: 'Room for sending',
    /** Sound comes first: which pictures pause, on the way up, on the way down, or both. */
    saving: {
      up: 'Your connection is weak, so your camera is paused. You are still heard.',
      down: 'Your connection is weak, so the picture from the other side is paused. You still hear everything.',
      both: 'Your connection is weak, so the pictures are paused. You still hear each other.',
    },
    showAgain: {
      up: 'Turn the camera on all the same',
      down: 'Show the picture all the same',
      both: 'Show the pictures all the same',
    },
    /** The server's own trouble, and nobody's line. */
    leftOut: {
      cameras:
        'The server has more calls than it can carry, so the cameras are paused. You still hear each other.',
      pictures:
        'The server has more calls than it can carry, so cameras and shared screens are paused. You still hear each other.',
    },
    theirs: {
      up: (p: { name: string }) =>
        `${p.name} has a weak connection, so that camera is paused. You still hear each other.`,
      down: (p: { name: string }) =>
        `${p.name} has a weak connection and does not see you at the moment. You still hear each other.`,
      both: (p: { name: string }) =>
        `${p.name} has a weak connection, so the pictures are paused. You still hear each other.`,
    },
  },
  controls: {
    bar: 'Call',
    mute: 'Mute the microphone',
    unmute: 'Turn the microphone on',
    cameraOff: 'Turn the camera off',
    cameraOn: 'Turn the camera on',
    share: 'Share your screen',
    stopSharing: 'Stop sharing your screen',
    chat: 'Chat',
    chatUnread: (p: { count: number }) =>
      plural(p.count, { one: 'Chat, 1 new message', other: `Chat, ${p.count} new messages` }),
    people: 'People',
    peopleWaiting: (p: { count: number }) => `People, ${p.count} waiting`,
    notes: 'Notes',
    phone: 'Go on by telephone',
    more: 'More',
    settings: 'Camera and sound',
    fullScreen: 'Full screen',
    leaveFullScreen: 'Leave full screen',
    float: 'Small window on top',
    invite: 'Invite somebody',
    shortcuts: 'Keyboard shortcuts',
    endCall: 'End the call',
    hangUp: 'Leave or end the call',
    leave: 'Leave',
    leaveNow: 'Leave for now',
    leaveText: 'The session goes on; you can come back.',
    end: 'End for everyone',
    endText: 'Everybody leaves, and the session is over.',
    talking: 'You are heard as long as you hold the space bar.',
  },
  sharing: 'You are sharing your screen.',
  sharingAll:
    'You are sharing a whole screen or window: whatever appears on it is seen by the others.',
  stop: 'Stop',
  replaced: {
    camera: (p: { label: string }) => `Your camera is gone. “${p.label}” is used now.`,
    microphone: (p: { label: string }) => `Your microphone is gone. “${p.label}” is used now.`,
  },
  stage: {
    self: 'Your own picture',
    cameraOff: 'Camera off',
    paused: 'Picture paused: weak connection',
    joining: 'is joining …',
    notConnected: 'not connected at the moment',
    picture: (p: { name: string }) => `Picture of ${p.name}`,
    screen: (p: { name: string }) => `Screen shared by ${p.name}`,
    muted: (p: { name: string }) => `${p.name} is muted`,
    pin: (p: { name: string }) => `Show large: ${p.name}`,
    unpin: (p: { name: string }) => `Show small again: ${p.name}`,
    move: 'Move to another corner',
  },
  chat: {
    title: 'Chat',
    empty: 'No messages yet',
    kept: 'Everybody in the call reads along. Nothing is kept after the session.',
    write: 'Message',
    placeholder: 'Write a message',
    later: 'As soon as somebody else is here',
    send: 'Send',
    sending: 'being sent',
    failed: 'Not sent.',
    again: 'Try again',
    tooLong: (p: { over: number }) => `${p.over} characters too many`,
    fileFrom: (p: { name: string }) => `${p.name} sent a file`,
    from: (p: { name: string; text: string }) => `${p.name}: ${p.text}`,
  },
  settings: {
    title: 'Camera and sound',
    noise: 'Suppress noise',
    noiseText: 'Takes fans, keyboards and traffic out of what the others hear.',
    failed: 'This part could not be loaded. Check your connection and open it again.',
  },
  trouble: {
    both: {
      denied: 'Camera and microphone are blocked',
      absent: 'Camera and microphone were not found',
      busy: 'Camera and microphone are in use',
      insecure: 'Camera and microphone are not available on this page',
      failed: 'Camera and microphone do not work',
    },
    camera: {
      denied: 'The camera is blocked',
      absent: 'The camera was not found',
      busy: 'The camera is in use',
      insecure: 'The camera is not available on this page',
      failed: 'The camera does not work',
    },
    microphone: {
      denied: 'The microphone is blocked',
      absent: 'The microphone was not found',
      busy: 'The microphone is in use',
      insecure: 'The microphone is not available on this page',
      failed: 'The microphone does not work',
    },
    help: {
      denied: 'You can also go on without.',
      absent: 'Connect one and try again, or go on without.',
      busy: 'Close other programs that use it and try again, or go on without.',
      insecure:
        'Browsers give devices to HTTPS pages only. Please tell whoever sent you this link.',
      failed: 'Try again or choose another one. You can also go on without.',
    },
  },
};
