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
  browsers: 'Browsers that work',
  browser: 'Browser',
  since: 'From version',
  tried: 'Tried with',
  note: 'What was not tried follows from what the pages need. On an iPhone or iPad every browser is as good as its iOS.',
};
