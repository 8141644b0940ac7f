import { plural } from '../locale';

export default {
  entry: {
    howItWorks: 'How it works',
    lead: 'Video consultations, face to face from wherever you are.',
    enterAs: 'Enter as',
    demo: 'This is a demonstration. Open it in two browsers and enter as both.',
    withAccount: 'Sign in with an account',
    signIn: 'Sign in',
    signingIn: 'One moment …',
    elsewhere:
      'Please sign in where you got your appointment; this page has no accounts of its own.',
  },
  password: {
    forgotTitle: 'Forgot your password?',
    forgotText:
      'Give the e-mail address that you sign in with. You get a link to choose another password.',
    send: 'Send the link',
    asked:
      'If there is an account with this address, a link is on its way. It is good for one hour. Look into the spam folder as well.',
    chooseTitle: 'Choose a password',
    next: 'Password, at least 12 characters',
    size: 'A password has 12 to 256 characters.',
    common: 'Many people use this password, so it is guessed first. Please choose another one.',
    choose: 'Save the password',
    done: 'Your password is saved. All other logins of your account have ended.',
    goneTitle: 'This link is not valid any more',
    goneText:
      'It was used, replaced by a newer one, or its time is over. Please ask for a new one.',
  },
  invite: {
    title: 'Invitation',
    heading: 'You are invited to a video consultation',
    text: 'It opens in this browser; there is nothing to install. You can check your camera and microphone before anybody sees or hears you.',
    name: 'Your name',
    proceed: 'Continue',
    goneTitle: 'This invitation is not valid any more',
    goneText: 'It was withdrawn, or the appointment is over. Please ask for a new one.',
    incomplete: 'This link is incomplete. Please open it exactly as you received it.',
  },
  /** For whoever has no account here, or has not signed in. */
  signedOut: {
    heading: 'Your video consultation',
    link: 'Were you sent a personal link? Open it again: it needs neither a code nor a password. If it does not work any more, ask for a new one.',
    code: 'I have a code',
    account: 'I have an account',
    refused: 'This code opens nothing now',
    refusedText:
      'Check the six digits and the time in your letter: the door opens shortly before the appointment.',
    triesLeft: ({ left }: { left: number }) =>
      plural(left, { one: 'One try is left.', other: `${left} tries are left.` }),
    waits: 'You come into the waiting room and are let in by hand.',
  },
  lobby: {
    isWaiting: ({ name }: { name: string }) => `${name} is in the waiting room.`,
    opensIn: 'The door opens in',
    opensAt: ({ time }: { time: string }) => `At ${time}.`,
    byItself: 'You then go to the waiting room by yourself.',
    openNow: 'The door is open now.',
    join: 'Join',
    joining: 'Joining …',
    slow: {
      title: 'This takes longer than usual',
      text: 'Your connection or the server is slow. Please wait, we keep trying.',
    },
    giveUp: 'Stop trying',
    nobodySees:
      'You come into the waiting room first. Nobody sees or hears you until you are let in.',
  },
  passcode: {
    label: 'Passcode, six digits',
    verify: 'Verify & Continue',
    right: 'The passcode is right.',
  },
  devices: {
    heading: 'Camera, microphone and loudspeaker',
    camera: 'Camera',
    microphone: 'Microphone',
    speaker: 'Loudspeaker',
    saySomething: 'Say something to test your microphone',
    heard: 'Your microphone works',
    muted: 'You are muted',
    level: 'Microphone level',
    testSound: 'Test the sound',
    playing: 'You should hear three notes.',
    heardNothing: 'Heard nothing? Turn the volume up or choose another loudspeaker.',
    noSound: 'The browser did not play the sound. Please check its permissions.',
    ownPicture: 'Your own picture',
    opening: 'Waiting for your camera …',
    cameraIsOff: 'Your camera is off',
    cameraOn: 'Turn the camera on',
    cameraOff: 'Turn the camera off',
    mute: 'Mute the microphone',
    unmute: 'Turn the microphone on',
  },
  /** Where each browser keeps the permission. */
  permission: {
    chrome:
      'In Chrome: click the icon left of the address, switch on Camera and Microphone, then try again.',
    edge: 'In Edge: click the lock left of the address, set Camera and Microphone to Allow, then try again.',
    firefox:
      'In Firefox: click the crossed-out camera left of the address, remove the block, then try again.',
    safari:
      'In Safari: menu Safari, Settings for this website, set Camera and Microphone to Allow, then try again.',
    android:
      'On Android: tap the icon left of the address, then Permissions, allow Camera and Microphone, then try again.',
    ios: 'On iPhone and iPad: tap the icon in the address bar, Website Settings, set Camera and Microphone to Allow, then try again.',
    ios_app:
      'On iPhone and iPad: open the Settings app, find this browser, switch on Camera and Microphone, then try again.',
    other:
      'Allow camera and microphone for this page in the settings of your browser, then try again.',
  },
  waiting: {
    heading: 'You are in the waiting room',
    presence: {
      away: ({ name }: { name: string }) => `${name} is not here yet and will see that you wait.`,
      in_another_call: ({ name }: { name: string }) =>
        `${name} is still in another call and sees that you wait.`,
      here: ({ name }: { name: string }) => `${name} is here and will let you in.`,
      unknown: ({ name }: { name: string }) => `${name} sees that you wait and will let you in.`,
    },
    at: ({ time }: { time: string }) => `Your appointment is at ${time}.`,
    waited: ({ time }: { time: string }) => `You have waited ${time}`,
    keepOpen:
      'Nobody sees or hears you yet. Please keep this page open: a sound tells you when you are let in.',
    leave: 'Leave',
  },
  after: {
    ended: 'Session ended',
    endsSoon: 'It ends for everybody in five seconds.',
    returnTo: (p: { host: string }) => `Back to ${p.host}`,
    toAppointments: 'To your appointments',
    left: 'You have left',
    elsewhere: 'The call goes on elsewhere',
    turnedAway: 'You were not let in',
    over: 'The consultation is over',
    endedByYou: 'You ended the consultation',
    endedBy: ({ name }: { name: string }) => `${name} ended the consultation`,
    cancelled: 'The appointment was cancelled',
    cancelledByYou: 'You cancelled the appointment',
    cancelledBy: ({ name }: { name: string }) => `${name} cancelled the appointment`,
    missed: 'The consultation did not take place',
    missedYou: 'You missed the consultation',
    missedBy: ({ name }: { name: string }) => `${name} did not come`,
    lasted: ({ span }: { span: string }) => `It lasted ${span}.`,
    stillOpen: 'The session is still open; you can come back.',
    offHere: 'You joined from another tab or device. Camera and microphone are off here.',
    devicesOff: 'Your camera and microphone are off.',
    endUnconfirmed:
      'You are out of the call. We keep telling the server, as long as this page is open.',
    back: 'Back to the call',
    continueHere: 'Continue here',
  },
  rating: {
    question: 'How was your consultation?',
    comment: 'What should we know? (optional)',
    send: 'Send',
  },
};
