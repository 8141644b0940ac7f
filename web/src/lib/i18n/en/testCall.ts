export default {
  title: 'Test camera, sound and connection',
  lead: 'At any time, without an appointment. It takes a minute; nobody else sees or hears you, and nothing is kept.',
  begin: 'Start the test',
  again: 'Test again',
  stop: 'End the test',
  ask: 'Your browser asks for camera and microphone: choose “Allow”.',
  connecting: 'You are being connected with the server …',
  picture: 'This is how others see you',
  over: 'The test is over.',
  well: 'Everything works. You are ready for a consultation.',
  none: 'This server offers no tests.',
  blocked: {
    title: 'Picture and sound do not get through',
    text: 'Your network opens pages, but lets no calls through. Try another network or mobile data, switch off a VPN, or ask whoever runs this network.',
  },
  camera: {
    name: 'Camera',
    good: 'Works: your picture has been to the server and back.',
    off: 'Is off. Others would not see you.',
    wait: 'Waiting for the picture …',
  },
  microphone: {
    name: 'Microphone',
    good: 'Works: you are heard on the other side.',
    off: 'Is off. Others would not hear you.',
    wait: 'Say a sentence. The bar moves when you are heard.',
  },
  speaker: {
    name: 'Loudspeaker',
    hear: 'Hear yourself',
    speak: 'Now speak: say a sentence.',
    listen: 'Now listen: this is how others hear you.',
    heardNothing: 'Heard nothing? Turn the volume up, or choose another loudspeaker.',
    failed: 'The browser could not play it. You can test the sound with the three notes.',
  },
  line: {
    name: 'Connection',
    way: {
      udp: 'Picture and sound take the direct way.',
      tcp: 'Your network blocks the direct way (UDP). It works all the same, but the picture may stutter. Another network or mobile data is often better.',
      relay:
        'Picture and sound go by a relay, since your network blocks the direct way. It works all the same.',
    },
    figures: ({ delay, lost }: { delay: string; lost: string }) => `Delay ${delay}, lost ${lost}.`,
  },
};
