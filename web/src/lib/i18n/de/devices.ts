import type english from '../en/devices';

export default {
  refused: {
    camera: {
      busy: 'Ein anderes Programm verwendet die gewählte Kamera. Die bisherige läuft weiter.',
      other: 'Die gewählte Kamera funktioniert nicht. Die bisherige läuft weiter.',
    },
    microphone: {
      busy: 'Ein anderes Programm verwendet das gewählte Mikrofon. Das bisherige bleibt an.',
      other: 'Das gewählte Mikrofon funktioniert nicht. Das bisherige bleibt an.',
    },
  },
  back: (p) => `„${p.label}“ ist wieder da und wird wieder verwendet.`,
  held: {
    camera: {
      title: 'Ihre Kamera liefert kein Bild',
      text: 'Das Gerät oder sein System hält sie zurück. Öffnen Sie die Abdeckung oder schalten Sie sie dort ein, und beenden Sie andere Anrufe.',
    },
    microphone: {
      title: 'Ihr Mikrofon ist am Gerät ausgeschaltet',
      text: 'Niemand hört Sie. Schalten Sie es am Headset, mit der Taste auf der Tastatur oder in den Einstellungen des Systems ein, und beenden Sie andere Anrufe.',
    },
  },
  silent: {
    title: 'Von Ihrem Mikrofon kommt nichts',
    text: 'Vielleicht ist es am Headset ausgeschaltet, oder ein anderes ist das richtige. Sagen Sie etwas: Sobald man Sie hört, verschwindet dieser Hinweis.',
  },
  blur: 'Hintergrund unscharf zeigen',
  blurText:
    'Was hinter Ihnen ist, lässt sich nicht erkennen. Das macht Ihr Gerät; dafür wird kein Bild verschickt.',
  blurStarting: 'Einen Moment …',
  blurGone: {
    slow: {
      title: 'Ihr Hintergrund ist nicht mehr unscharf',
      text: 'Dieses Gerät ist dafür zu langsam, darum wurde es ausgeschaltet. Man sieht, was hinter Ihnen ist.',
    },
    failed: {
      title: 'Ihr Hintergrund ist nicht unscharf',
      text: 'Dieser Browser kann es nicht, oder es ließ sich nicht laden. Man sieht, was hinter Ihnen ist.',
    },
  },
  flip: 'Andere Kamera verwenden',
} satisfies typeof english;
