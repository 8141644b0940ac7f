import type english from '../en/testCall';

export default {
  title: 'Kamera, Ton und Verbindung testen',
  lead: 'Jederzeit, auch ohne Termin. Es dauert eine Minute; niemand sonst sieht oder hört Sie, und nichts wird gespeichert.',
  begin: 'Test starten',
  again: 'Noch einmal testen',
  stop: 'Test beenden',
  ask: 'Ihr Browser fragt nach Kamera und Mikrofon: Wählen Sie „Zulassen“.',
  connecting: 'Sie werden mit dem Server verbunden …',
  picture: 'So werden Sie gesehen',
  over: 'Der Test ist zu Ende.',
  well: 'Alles funktioniert. Sie sind bereit für eine Sprechstunde.',
  none: 'Dieser Server bietet keine Tests an.',
  blocked: {
    title: 'Bild und Ton kommen nicht durch',
    text: 'Ihr Netz öffnet Seiten, lässt aber keine Gespräche durch. Versuchen Sie ein anderes Netz oder mobile Daten, schalten Sie ein VPN aus, oder fragen Sie, wer dieses Netz betreut.',
  },
  camera: {
    name: 'Kamera',
    good: 'Funktioniert: Ihr Bild war beim Server und ist zurückgekommen.',
    off: 'Ist aus. Man würde Sie nicht sehen.',
    wait: 'Warten auf das Bild …',
  },
  microphone: {
    name: 'Mikrofon',
    good: 'Funktioniert: Man hört Sie auf der anderen Seite.',
    off: 'Ist aus. Man würde Sie nicht hören.',
    wait: 'Sagen Sie einen Satz. Der Balken bewegt sich, wenn man Sie hört.',
  },
  speaker: {
    name: 'Lautsprecher',
    hear: 'Sich selbst hören',
    speak: 'Jetzt sprechen: Sagen Sie einen Satz.',
    listen: 'Jetzt zuhören: So werden Sie gehört.',
    heardNothing: 'Nichts gehört? Stellen Sie lauter oder wählen Sie einen anderen Lautsprecher.',
    failed: 'Der Browser konnte es nicht abspielen. Sie können den Ton mit den drei Tönen prüfen.',
  },
  line: {
    name: 'Verbindung',
    way: {
      udp: 'Bild und Ton nehmen den direkten Weg.',
      tcp: 'Ihr Netz sperrt den direkten Weg (UDP). Es geht trotzdem, aber das Bild kann stocken. Ein anderes Netz oder mobile Daten sind oft besser.',
      relay:
        'Bild und Ton gehen über eine Zwischenstation, weil Ihr Netz den direkten Weg sperrt. Es geht trotzdem.',
    },
    figures: ({ delay, lost }) => `Verzögerung ${delay}, verloren ${lost}.`,
  },
} satisfies typeof english;
