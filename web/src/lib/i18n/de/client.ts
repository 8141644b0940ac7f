import type english from '../en/client';
import { plural } from '../locale';

export default {
  entry: {
    howItWorks: 'So funktioniert es',
    lead: 'Videosprechstunden von Angesicht zu Angesicht, wo immer Sie sind.',
    enterAs: 'Ausprobieren als',
    demo: 'Dies ist eine Demo. Öffnen Sie sie in zwei Browsern, um beide Seiten auszuprobieren.',
    withAccount: 'Mit einem Konto anmelden',
    signIn: 'Anmelden',
    signingIn: 'Einen Moment …',
    elsewhere:
      'Bitte melden Sie sich dort an, wo Sie Ihren Termin bekommen haben; diese Seite hat keine eigenen Konten.',
  },
  password: {
    forgotTitle: 'Passwort vergessen?',
    forgotText:
      'Geben Sie die E-Mail-Adresse an, mit der Sie sich anmelden. Sie bekommen einen Link, um ein neues Passwort zu wählen.',
    send: 'Link schicken',
    asked:
      'Wenn es ein Konto mit dieser Adresse gibt, ist ein Link unterwegs. Er gilt eine Stunde lang. Sehen Sie auch im Spam-Ordner nach.',
    chooseTitle: 'Passwort wählen',
    next: 'Passwort, mindestens 12 Zeichen',
    size: 'Ein Passwort hat 12 bis 256 Zeichen.',
    common:
      'Dieses Passwort benutzen viele, und es wird zuerst probiert. Bitte wählen Sie ein anderes.',
    choose: 'Passwort speichern',
    done: 'Ihr Passwort ist gespeichert. Alle anderen Anmeldungen Ihres Kontos sind beendet.',
    goneTitle: 'Dieser Link gilt nicht mehr',
    goneText:
      'Er wurde benutzt, durch einen neueren ersetzt, oder seine Zeit ist um. Bitte lassen Sie sich einen neuen geben.',
  },
  invite: {
    title: 'Einladung',
    heading: 'Sie sind zu einer Videosprechstunde eingeladen',
    text: 'Sie öffnet sich in diesem Browser, Sie müssen nichts installieren. Kamera und Mikrofon können Sie prüfen, bevor Sie jemand sieht oder hört.',
    name: 'Ihr Name',
    proceed: 'Weiter',
    goneTitle: 'Diese Einladung gilt nicht mehr',
    goneText:
      'Sie wurde zurückgezogen, oder der Termin ist vorbei. Bitte lassen Sie sich eine neue geben.',
    incomplete:
      'Dieser Link ist unvollständig. Bitte öffnen Sie ihn genau so, wie Sie ihn erhalten haben.',
  },
  signedOut: {
    heading: 'Ihre Videosprechstunde',
    link: 'Haben Sie einen persönlichen Link bekommen? Öffnen Sie ihn noch einmal: Er braucht weder Zugangscode noch Passwort. Wenn er nicht mehr gilt, lassen Sie sich einen neuen geben.',
    code: 'Ich habe einen Zugangscode',
    account: 'Ich habe ein Konto',
    refused: 'Dieser Zugangscode öffnet gerade nichts',
    refusedText:
      'Bitte prüfen Sie die sechs Ziffern und die Uhrzeit in Ihrem Brief: Der Zugang öffnet sich kurz vor dem Termin.',
    triesLeft: ({ left }) =>
      plural(left, {
        one: 'Sie haben noch einen Versuch.',
        other: `Sie haben noch ${left} Versuche.`,
      }),
    waits: 'Sie kommen ins Wartezimmer und werden von Hand eingelassen.',
  },
  lobby: {
    isWaiting: ({ name }) => `${name} ist im Wartezimmer.`,
    opensIn: 'Der Zugang öffnet sich in',
    opensAt: ({ time }) => `Um ${time}.`,
    byItself: 'Sie kommen dann von selbst ins Wartezimmer.',
    openNow: 'Der Zugang ist jetzt offen.',
    join: 'Teilnehmen',
    joining: 'Verbindung wird aufgebaut …',
    slow: {
      title: 'Das dauert länger als sonst',
      text: 'Ihre Verbindung oder der Server ist langsam. Bitte warten Sie, wir versuchen es weiter.',
    },
    giveUp: 'Nicht weiter versuchen',
    nobodySees:
      'Sie kommen zuerst ins Wartezimmer. Niemand sieht oder hört Sie, bis Sie eingelassen werden.',
  },
  passcode: {
    label: 'Zugangscode, sechs Ziffern',
    verify: 'Prüfen und weiter',
    right: 'Der Code stimmt.',
  },
  devices: {
    heading: 'Kamera, Mikrofon und Lautsprecher',
    camera: 'Kamera',
    microphone: 'Mikrofon',
    speaker: 'Lautsprecher',
    saySomething: 'Sagen Sie etwas, um Ihr Mikrofon zu prüfen',
    heard: 'Ihr Mikrofon funktioniert',
    muted: 'Sie sind stummgeschaltet',
    level: 'Mikrofonpegel',
    testSound: 'Ton prüfen',
    playing: 'Sie sollten drei Töne hören.',
    heardNothing: 'Nichts gehört? Stellen Sie lauter oder wählen Sie einen anderen Lautsprecher.',
    noSound: 'Der Browser hat den Ton nicht abgespielt. Bitte prüfen Sie seine Berechtigungen.',
    ownPicture: 'Ihr eigenes Bild',
    opening: 'Warten auf Ihre Kamera …',
    cameraIsOff: 'Ihre Kamera ist aus',
    cameraOn: 'Kamera einschalten',
    cameraOff: 'Kamera ausschalten',
    mute: 'Mikrofon stummschalten',
    unmute: 'Mikrofon einschalten',
  },
  permission: {
    chrome:
      'In Chrome: Klicken Sie auf das Symbol links neben der Adresse, schalten Sie Kamera und Mikrofon ein und versuchen Sie es erneut.',
    edge: 'In Edge: Klicken Sie auf das Schloss links neben der Adresse, stellen Sie Kamera und Mikrofon auf „Zulassen“ und versuchen Sie es erneut.',
    firefox:
      'In Firefox: Klicken Sie auf die durchgestrichene Kamera links neben der Adresse, heben Sie die Blockierung auf und versuchen Sie es erneut.',
    safari:
      'In Safari: Menü „Safari“, „Einstellungen für diese Website“, Kamera und Mikrofon auf „Erlauben“ stellen und erneut versuchen.',
    android:
      'Unter Android: Tippen Sie auf das Symbol links neben der Adresse, dann auf „Berechtigungen“, erlauben Sie Kamera und Mikrofon und versuchen Sie es erneut.',
    ios: 'Auf iPhone und iPad: Tippen Sie auf das Symbol in der Adressleiste, dann auf „Website-Einstellungen“, stellen Sie Kamera und Mikrofon auf „Erlauben“ und versuchen Sie es erneut.',
    ios_app:
      'Auf iPhone und iPad: Öffnen Sie die App „Einstellungen“, suchen Sie diesen Browser, schalten Sie Kamera und Mikrofon ein und versuchen Sie es erneut.',
    other:
      'Erlauben Sie dieser Seite in den Einstellungen Ihres Browsers Kamera und Mikrofon und versuchen Sie es erneut.',
  },
  waiting: {
    heading: 'Sie sind im Wartezimmer',
    presence: {
      away: ({ name }) => `${name} ist noch nicht da und wird sehen, dass Sie warten.`,
      in_another_call: ({ name }) =>
        `${name} ist noch in einem anderen Gespräch und sieht, dass Sie warten.`,
      here: ({ name }) => `${name} ist da und lässt Sie gleich ein.`,
      unknown: ({ name }) => `${name} sieht, dass Sie warten, und lässt Sie ein.`,
    },
    at: ({ time }) => `Ihr Termin ist um ${time}.`,
    waited: ({ time }) => `Sie warten seit ${time}`,
    keepOpen:
      'Noch sieht und hört Sie niemand. Bitte lassen Sie diese Seite offen: Ein Ton sagt Ihnen, wenn Sie eingelassen werden.',
    leave: 'Verlassen',
  },
  after: {
    ended: 'Sitzung beendet',
    endsSoon: 'In fünf Sekunden endet sie für alle.',
    returnTo: (p) => `Zurück zu ${p.host}`,
    toAppointments: 'Zu Ihren Terminen',
    left: 'Sie haben das Gespräch verlassen',
    elsewhere: 'Das Gespräch geht anderswo weiter',
    turnedAway: 'Sie wurden nicht eingelassen',
    over: 'Die Sprechstunde ist vorbei',
    endedByYou: 'Sie haben die Sprechstunde beendet',
    endedBy: ({ name }) => `${name} hat die Sprechstunde beendet`,
    cancelled: 'Der Termin wurde abgesagt',
    cancelledByYou: 'Sie haben den Termin abgesagt',
    cancelledBy: ({ name }) => `${name} hat den Termin abgesagt`,
    missed: 'Die Sprechstunde hat nicht stattgefunden',
    missedYou: 'Sie haben die Sprechstunde versäumt',
    missedBy: ({ name }) => `${name} ist nicht gekommen`,
    lasted: ({ span }) => `Dauer: ${span}`,
    stillOpen: 'Die Sitzung ist noch offen; Sie können zurückkommen.',
    offHere:
      'Sie nehmen in einem anderen Tab oder auf einem anderen Gerät teil. Kamera und Mikrofon sind hier aus.',
    devicesOff: 'Ihre Kamera und Ihr Mikrofon sind aus.',
    endUnconfirmed:
      'Sie sind nicht mehr im Gespräch. Wir versuchen weiter, es dem Server mitzuteilen, solange diese Seite offen ist.',
    back: 'Zurück zum Gespräch',
    continueHere: 'Hier weitermachen',
  },
  rating: {
    question: 'Wie war Ihre Sprechstunde?',
    comment: 'Was sollten wir wissen? (freiwillig)',
    send: 'Senden',
  },
} satisfies typeof english;
