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
  /** As `devices.held`, on a phone. */
  held: {
    microphone: {
      title: 'Your phone holds the microphone back',
      text: 'Perhaps there is a telephone call. You are heard again as soon as it is over; keep this page open.',
    },
    camera: {
      title: 'Your camera pauses',
      text: 'It goes on as soon as this page is in front again and no other app uses the camera.',
    },
  },
  /** Under the call's buttons: short, and a part of what they are called in full. */
  under: { microphone: 'Mic', share: 'Share', end: 'End' },
};
