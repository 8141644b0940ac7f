/** What is said of camera and microphone once something is the matter, or to be chosen. */
export default {
  /** One that was chosen and cannot be had. */
  refused: {
    camera: {
      busy: 'Another program uses the camera that you chose. The one before goes on.',
      other: 'The camera that you chose does not work. The one before goes on.',
    },
    microphone: {
      busy: 'Another program uses the microphone that you chose. The one before goes on.',
      other: 'The microphone that you chose does not work. The one before goes on.',
    },
  },
  back: (p: { label: string }) => `“${p.label}” is back and is used again.`,
  /** Held back by the system, or by a switch at the device. */
  held: {
    camera: {
      title: 'Your camera gives no picture',
      text: 'The device or its system holds it back. Open its cover or switch it on there, and end other calls.',
    },
    microphone: {
      title: 'Your microphone is switched off at the device',
      text: 'Nobody hears you. Switch it on at the headset, by its key on the keyboard or in the settings of the system, and end other calls.',
    },
  },
  silent: {
    title: 'Nothing comes from your microphone',
    text: 'Perhaps it is switched off at the headset, or another one is the right one. Say something: this goes away when you are heard.',
  },
  blur: 'Blur the background',
  blurText:
    'What is behind you cannot be made out. Your device does it; no picture goes elsewhere for it.',
  blurStarting: 'One moment …',
  blurGone: {
    slow: {
      title: 'Your background is not blurred any more',
      text: 'This device is too slow for it, so it was switched off. What is behind you can be seen.',
    },
    failed: {
      title: 'Your background is not blurred',
      text: 'This browser cannot do it, or it could not be loaded. What is behind you can be seen.',
    },
  },
  flip: 'Use the other camera',
};
