import { plural } from '../locale';
import type english from '../en/call';

export default {
  title: 'Sprechstunde',
  you: 'Sie',
  elapsed: 'Vergangene Zeit',
  line: {
    connecting: 'Verbindung wird hergestellt …',
    reconnecting: 'Verbindung wird wiederhergestellt …',
    offline: 'Ihr Gerät ist offline. Das Gespräch geht weiter, sobald es wieder verbunden ist.',
    gone: 'Der Server ist nicht erreichbar. Wir versuchen es weiter, Sie kommen von selbst zurück.',
    unanswered:
      'Der Server antwortet gerade nicht. Sie sehen und hören einander weiterhin; Schreiben und Einlassen müssen warten.',
    unheard:
      'Nachrichten kommen gerade nicht an, alles andere geht weiter. Wir versuchen es weiter.',
  },
  back: 'Sie sind wieder da.',
  connected: 'Verbunden',
  isJoining: (p) => `${p.name} kommt gerade herein …`,
  soundOn: 'Ton einschalten',
  alone: 'Außer Ihnen ist noch niemand hier. Sobald jemand kommt, sehen und hören Sie einander.',
  soon: (p) =>
    `${p.name} ist gleich bei Ihnen. Sie sind schon im Gespräch: Bitte bleiben Sie hier.`,
  wasHere: (p) => `${p.name} war um ${p.time} da und ist gegangen.`,
  hasLeft: (p) => `${p.name} ist nicht mehr im Gespräch.`,
  openUntil: (p) =>
    `Zurückkommen ist möglich: Das Gespräch bleibt bis ${p.time} offen (${p.left}).`,
  joined: (p) => `${p.name} ist da`,
  away: (p) => `${p.name} ist nicht da`,
  waiting: (p) =>
    plural(p.count, {
      one: '1 Person wartet auf Einlass',
      other: `${p.count} Personen warten auf Einlass`,
    }),
  time: {
    left: (p) => `noch ${p.minutes} min`,
    ends: (p) =>
      plural(p.minutes, {
        one: 'Die gebuchte Zeit endet in einer Minute.',
        other: `Die gebuchte Zeit endet in ${p.minutes} Minuten.`,
      }),
    notCutOff: 'Das Gespräch läuft danach weiter.',
    over: (p) =>
      p.until === null
        ? 'Die gebuchte Zeit ist um. Sie können weitersprechen.'
        : `Die gebuchte Zeit ist um. Sie können bis ${p.until} weitersprechen.`,
    closes: (p) =>
      plural(p.minutes, {
        one: 'Die gebuchte Zeit ist um. Das Gespräch endet in einer Minute von selbst.',
        other: `Die gebuchte Zeit ist um. Das Gespräch endet in ${p.minutes} Minuten von selbst.`,
      }),
    closesSoon: 'Die gebuchte Zeit ist um. Das Gespräch endet bald von selbst.',
    extend: (p) => `Um ${p.minutes} Minuten verlängern`,
  },
  quality: {
    label: {
      good: 'Gute Verbindung',
      fair: 'Mäßige Verbindung',
      poor: 'Schwache Verbindung',
      lost: 'Keine Verbindung',
      unknown: 'Die Verbindung wird gemessen',
    },
    advice: {
      good: 'Bild und Ton kommen gut durch.',
      fair: 'Ab und zu kann etwas stocken. Oft hilft es, näher an den WLAN-Router zu gehen.',
      poor: 'Gehen Sie näher an den Router, nehmen Sie ein Kabel oder mobile Daten, beenden Sie andere Downloads oder schalten Sie Ihre Kamera aus.',
      lost: 'Gerade kommt nichts durch. Wir versuchen es weiter.',
      unknown: 'Das dauert einige Sekunden.',
    },
    roundTrip: 'Verzögerung',
    loss: 'Verlust',
    upload: 'Sendebandbreite',
    saving: {
      up: 'Ihre Verbindung ist schwach, darum pausiert Ihre Kamera. Man hört Sie weiterhin.',
      down: 'Ihre Verbindung ist schwach, darum pausiert das Bild der Gegenseite. Sie hören weiterhin alles.',
      both: 'Ihre Verbindung ist schwach, darum pausieren die Bilder. Sie hören einander weiterhin.',
    },
    showAgain: {
      up: 'Kamera trotzdem einschalten',
      down: 'Bild trotzdem zeigen',
      both: 'Bilder trotzdem zeigen',
    },
    /** The server's own trouble, and nobody's line. */
    leftOut: {
      cameras:
        'Der Server hat mehr Gespräche, als er tragen kann, darum pausieren die Kameras. Sie hören einander weiterhin.',
      pictures:
        'Der Server hat mehr Gespräche, als er tragen kann, darum pausieren Kameras und geteilte Bildschirme. Sie hören einander weiterhin.',
    },
    theirs: {
      up: (p) =>
        `${p.name} hat eine schwache Verbindung, darum pausiert dort die Kamera. Sie hören einander weiterhin.`,
      down: (p) =>
        `${p.name} hat eine schwache Verbindung und sieht Sie im Moment nicht. Sie hören einander weiterhin.`,
      both: (p) =>
        `${p.name} hat eine schwache Verbindung, darum pausieren die Bilder. Sie hören einander weiterhin.`,
    },
  },
  controls: {
    bar: 'Gespräch',
    mute: 'Mikrofon stummschalten',
    unmute: 'Mikrofon einschalten',
    cameraOff: 'Kamera ausschalten',
    cameraOn: 'Kamera einschalten',
    share: 'Bildschirm teilen',
    stopSharing: 'Bildschirm nicht mehr teilen',
    chat: 'Chat',
    chatUnread: (p) =>
      plural(p.count, {
        one: 'Chat, 1 neue Nachricht',
        other: `Chat, ${p.count} neue Nachrichten`,
      }),
    people: 'Personen',
    peopleWaiting: (p) => `Personen, wartend: ${p.count}`,
    notes: 'Notizen',
    phone: 'Am Telefon weitersprechen',
    more: 'Mehr',
    settings: 'Kamera und Ton',
    fullScreen: 'Vollbild',
    leaveFullScreen: 'Vollbild beenden',
    float: 'Kleines Fenster im Vordergrund',
    invite: 'Jemanden einladen',
    shortcuts: 'Tastenkürzel',
    endCall: 'Gespräch beenden',
    hangUp: 'Gespräch verlassen oder beenden',
    leave: 'Verlassen',
    leaveNow: 'Vorerst verlassen',
    leaveText: 'Die Sitzung läuft weiter, und Sie können zurückkommen.',
    end: 'Für alle beenden',
    endText: 'Alle verlassen das Gespräch, und die Sitzung ist vorbei.',
    talking: 'Man hört Sie, solange Sie die Leertaste gedrückt halten.',
  },
  sharing: 'Sie teilen Ihren Bildschirm.',
  sharingAll:
    'Sie teilen einen ganzen Bildschirm oder ein Fenster: Was dort erscheint, sehen auch die anderen.',
  stop: 'Beenden',
  replaced: {
    camera: (p) => `Ihre Kamera ist nicht mehr da. Jetzt wird „${p.label}“ verwendet.`,
    microphone: (p) => `Ihr Mikrofon ist nicht mehr da. Jetzt wird „${p.label}“ verwendet.`,
  },
  stage: {
    self: 'Ihr eigenes Bild',
    cameraOff: 'Kamera aus',
    paused: 'Bild pausiert: schwache Verbindung',
    joining: 'kommt gerade herein …',
    notConnected: 'im Moment nicht verbunden',
    picture: (p) => `Bild von ${p.name}`,
    screen: (p) => `Geteilter Bildschirm von ${p.name}`,
    muted: (p) => `${p.name} ist stumm`,
    pin: (p) => `Groß zeigen: ${p.name}`,
    unpin: (p) => `Wieder klein zeigen: ${p.name}`,
    move: 'In eine andere Ecke schieben',
  },
  chat: {
    title: 'Chat',
    empty: 'Noch keine Nachrichten',
    kept: 'Alle im Gespräch lesen mit. Nach der Sitzung bleibt nichts gespeichert.',
    write: 'Nachricht',
    placeholder: 'Nachricht schreiben',
    later: 'Sobald noch jemand hier ist',
    send: 'Senden',
    sending: 'wird gesendet',
    failed: 'Nicht gesendet.',
    again: 'Erneut versuchen',
    tooLong: (p) => `${p.over} Zeichen zu viel`,
    fileFrom: (p) => `${p.name} hat eine Datei gesendet`,
    from: (p) => `${p.name}: ${p.text}`,
  },
  settings: {
    title: 'Kamera und Ton',
    noise: 'Geräusche unterdrücken',
    noiseText: 'Die anderen hören dann keine Lüfter, Tastaturen oder Verkehrsgeräusche.',
    failed:
      'Dieser Teil ließ sich nicht laden. Prüfen Sie Ihre Verbindung und öffnen Sie ihn erneut.',
  },
  trouble: {
    both: {
      denied: 'Kamera und Mikrofon sind blockiert',
      absent: 'Kamera und Mikrofon wurden nicht gefunden',
      busy: 'Kamera und Mikrofon werden schon verwendet',
      insecure: 'Kamera und Mikrofon sind auf dieser Seite nicht verfügbar',
      failed: 'Kamera und Mikrofon funktionieren nicht',
    },
    camera: {
      denied: 'Die Kamera ist blockiert',
      absent: 'Die Kamera wurde nicht gefunden',
      busy: 'Die Kamera wird schon verwendet',
      insecure: 'Die Kamera ist auf dieser Seite nicht verfügbar',
      failed: 'Die Kamera funktioniert nicht',
    },
    microphone: {
      denied: 'Das Mikrofon ist blockiert',
      absent: 'Das Mikrofon wurde nicht gefunden',
      busy: 'Das Mikrofon wird schon verwendet',
      insecure: 'Das Mikrofon ist auf dieser Seite nicht verfügbar',
      failed: 'Das Mikrofon funktioniert nicht',
    },
    help: {
      denied: 'Sie können auch ohne weitermachen.',
      absent: 'Schließen Sie ein Gerät an und versuchen Sie es erneut. Es geht auch ohne.',
      busy: 'Schließen Sie andere Programme, die es verwenden, und versuchen Sie es erneut. Es geht auch ohne.',
      insecure:
        'Browser geben Geräte nur für HTTPS-Seiten frei. Bitte sagen Sie es der Person, die Ihnen diesen Link geschickt hat.',
      failed: 'Versuchen Sie es erneut oder wählen Sie ein anderes Gerät. Es geht auch ohne.',
    },
  },
} satisfies typeof english;
