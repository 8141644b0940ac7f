export default {
  title: 'How it works',
  lead: 'From the link to the end of the call, and which browsers it works in.',
  steps: [
    { name: 'You open a link', text: 'In your browser; there is nothing to install.' },
    {
      name: 'You check camera and microphone',
      text: 'The page shows what others will see and hear, before anybody does.',
    },
    { name: 'You wait to be let in', text: 'Nobody sees or hears you in the waiting room.' },
    {
      name: 'You talk',
      text: 'Share your screen, write, turn the camera off. A lost connection comes back by itself.',
    },
    {
      name: 'You end it',
      text: 'With the red button; for five seconds there is a way back. To leave for now is in the menu.',
    },
  ],
  need: 'What you need',
  needs: [
    'A phone, a tablet or a computer with camera and microphone. Nothing has to be installed.',
    'The link from your letter or e-mail, and the six digits if you were given some.',
    'A quiet, bright place. Daylight from the front shows you best.',
  ],
  test: 'Try it out now',
  testText:
    'Camera, sound and connection can be tested at any time, without an appointment. You see and hear yourself as others will.',
  private: 'Who sees and hears you',
  privateText:
    'Nobody before you are let in, and afterwards only those whose names you see. Nothing is recorded.',
  questions: 'When something does not work',
  answers: [
    {
      name: 'The page asks for camera and microphone',
      text: 'Choose “Allow”. Only the page uses them, and only as long as it is open. Did you choose “Block” by mistake? The page then says where to change it.',
    },
    {
      name: 'Others do not hear me',
      text: 'Look whether the microphone button says that you are muted, and whether your headset has a switch of its own. A headset that lies nearby may have taken over: choose another microphone under “Change devices”.',
    },
    {
      name: 'I hear nothing',
      text: 'Turn the volume up, and take a phone out of silent mode. Before the waiting room and on the test page you can play a sound.',
    },
    {
      name: 'The picture stutters or stops',
      text: 'Go nearer to the Wi-Fi router, or use mobile data. When the line is weak, sound comes first; the picture comes back by itself.',
    },
    {
      name: 'My telephone rings meanwhile',
      text: 'Sound and picture pause during a telephone call, and come back by themselves after it. Keep the page open.',
    },
    {
      name: 'I am early, or late',
      text: 'The page tells when the door opens, and takes you in by itself. If you are late, just open the link.',
    },
    {
      name: 'Somebody is to help me',
      text: 'Sit together in front of one device. Somebody elsewhere can be invited by the person you meet.',
    },
  ],
  browsers: 'Browsers that work',
  browser: 'Browser',
  since: 'From version',
  tried: 'Tried with',
  note: 'What was not tried follows from what the pages need. On an iPhone or iPad every browser is as good as its iOS.',
};
