import { plural } from '../locale';
import type en from '../en/beside';

/** What stands beside the pictures of a call. */
export default {
  notes: {
    title: 'Notizen',
    hidden:
      'Sie teilen einen ganzen Bildschirm oder ein Fenster, auf dem auch diese Seite zu sehen sein kann. Damit niemand mitliest, sind Ihre Notizen so lange ausgeblendet.',
    show: 'Trotzdem anzeigen',
    saving: 'Wird gespeichert …',
    failed:
      'Noch nicht gespeichert; es wird erneut versucht. Ihr Text bleibt in diesem Tab erhalten.',
    over: (p) =>
      plural(p.over, {
        one: '1 Zeichen zu viel: nicht gespeichert',
        other: `${p.over} Zeichen zu viel: nicht gespeichert`,
      }),
  },
  phone: {
    heading: 'Am Telefon',
    call: ({ name }) =>
      `Rufen Sie ${name} an. Die Sprechstunde läuft weiter, auch wenn jemand diese Seite schließt; die Zeit zählt nach Ihrer Angabe.`,
    called: ({ name }) => `${name} ruft Sie per Telefon an.`,
    calledAt: ({ name, number }) => `${name} ruft Sie per Telefon an, unter ${number}.`,
    mayClose: 'Sie können diese Seite schließen; das Video kann später weitergehen.',
    orCall: 'Sie können auch selbst anrufen:',
    others: 'Die beiden sprechen am Telefon weiter. Das Video kann später weitergehen.',
    none: 'Es ist keine Nummer bekannt. Wenn Sie eine haben, wird sie bei der Person gespeichert:',
    showMine: ({ number }) => `Auch meine Nummer anzeigen (${number})`,
    noneOfMine:
      'Ihre eigene Nummer ist nicht bekannt; Sie können sie in den Einstellungen eintragen.',
    since: ({ time }) => `Am Telefon seit ${time}`,
    back: 'Zurück zum Video',
  },
  files: {
    attach: 'Bild oder PDF senden',
    attachTitle: 'Ein Bild oder PDF bis 10 MB; Sie können es auch hierher ziehen oder einfügen',
    save: 'Speichern',
    saveName: ({ name }) => `${name} speichern`,
    progress: ({ name }) => `${name} wird gesendet`,
    gone: 'Die Datei ist nicht mehr da oder ließ sich nicht laden. Dateien verschwinden mit dem Chat.',
    notSent: ({ name, why }) => `${name} – ${why}`,
    why: {
      wrong_type:
        'Nicht gesendet: Möglich sind nur Bilder (PNG, JPEG, GIF, WebP) und PDF. Ein Foto vom Papier geht auch.',
      too_long:
        'Nicht gesendet: Eine Datei darf höchstens 10 MB haben. Nehmen Sie das Foto kleiner auf oder senden Sie weniger Seiten.',
      required: 'Nicht gesendet: Die Datei ist leer.',
      out_of_range:
        'Nicht gesendet: In dieser Sprechstunde ist kein Platz für weitere Dateien. Schicken Sie den Rest auf anderem Weg.',
      not_configured: 'Hier können keine Dateien gesendet werden.',
      other:
        'Nicht gesendet. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut; nach einem Neuladen wählen Sie die Datei noch einmal aus.',
    },
  },
  people: {
    title: 'Teilnehmende',
    label: 'Teilnehmende und Sitzung',
    isWaiting: (p) => `${p.name} wartet`,
    admit: 'Einlassen',
    deny: 'Ablehnen',
    remove: 'Entfernen',
    removeName: (p) => `${p.name} entfernen`,
    sureToRemove: (p) => `${p.name} aus dem Gespräch entfernen?`,
    keep: 'Nicht entfernen',
    notConnected: 'nicht verbunden',
    details: 'Einzelheiten',
    sessionId: 'Kennung der Sitzung',
    idOf: (p) => `Kennung (${p.role})`,
    subject: 'Thema',
    noTitle: 'Videosprechstunde',
    booked: 'Gebucht',
    began: 'Begonnen',
  },
  invite: {
    title: 'Jemanden einladen',
    text: 'Zum Beispiel jemanden zum Dolmetschen oder aus der Familie. Schicken Sie der Person den Link: Er braucht weder Konto noch Zugangscode. Sie lassen die Person ein.',
    name: 'Name (freiwillig)',
    make: 'Link erstellen',
    making: 'Der Link wird erstellt …',
    link: 'Link',
    copy: 'Link kopieren',
    copied: 'Kopiert',
    select: 'Kopieren war nicht möglich. Der Link ist markiert: Bitte kopieren Sie ihn von Hand.',
    another: 'Noch ein Link',
    until: (p) => `Er gilt bis ${p.time}.`,
  },
  help: {
    title: 'Tastenkürzel',
    microphone: 'Mikrofon ein oder aus',
    camera: 'Kamera ein oder aus',
    talk: 'Gedrückt halten, um trotz Stummschaltung zu sprechen',
    chat: 'Chat öffnen oder schließen',
    people: 'Teilnehmende',
    notes: 'Ihre Notizen',
    settings: 'Kamera und Ton',
    fullScreen: 'Vollbild',
    help: 'Diese Liste',
  },
} satisfies typeof en;
