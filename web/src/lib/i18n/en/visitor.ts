export default {
  nowhere: {
    title: 'This link leads to no consultation',
    text: 'Perhaps it is incomplete, or it was sent to somebody else. Please open it exactly as you received it, or sign in as the person who got it.',
  },
  signInAsOther: 'Sign in as somebody else',
  steps: {
    label: 'What to do now',
    allow: 'Allow camera and microphone',
    choose: 'Your browser asks you: choose “Allow”.',
    check: 'Check picture and sound',
    go: 'Go to the waiting room',
  },
  goToWaitingRoom: 'Go to the waiting room',
  goIn: 'Go to the consultation',
  changeDevices: 'Change devices',
  test: 'Test camera, sound and connection',
  inApp: {
    title: 'This app gives no camera to the page',
    text: ({ browser }: { browser: string }) =>
      `You opened the link inside another app. Please open it in ${browser}.`,
    help: ({ browser }: { browser: string }) =>
      `If the button does nothing: tap the menu of this app (three dots, or the arrow) and choose “Open in ${browser}”, or copy the link and paste it there.`,
    open: ({ browser }: { browser: string }) => `Open in ${browser}`,
    copy: 'Copy the link',
    copied: 'Copied',
  },
  interrupted: {
    microphone:
      'Your phone needs the microphone just now. You are not heard until it gives it back.',
    camera: 'Your camera pauses as long as this page is in the background.',
    over: 'You are heard again.',
  },
};
