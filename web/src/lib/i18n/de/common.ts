import { plural } from '../locale';
import type english from '../en/common';

export default {
  nav: {
    label: 'Hauptmenü',
    today: 'Heute',
    calendar: 'Kalender',
    sessions: 'Sitzungen',
    appointments: 'Termine',
    arrivals: 'Ankünfte',
    clients: 'Klient/innen',
    requests: 'Anfragen',
    reports: 'Berichte',
    settings: 'Einstellungen',
    overview: 'Übersicht',
    users: 'Personen',
    organizations: 'Organisationen',
    usage: 'Nutzung',
    programs: 'Programme',
    webhooks: 'Webhooks',
    system: 'System',
    support: 'Hilfe',
    more: 'Mehr',
    signOut: 'Abmelden',
    skip: 'Zum Inhalt springen',
  },
  status: {
    scheduled: 'Geplant',
    waiting: 'Wartet',
    in_progress: 'Läuft',
    completed: 'Abgeschlossen',
    cancelled: 'Abgesagt',
    no_show: 'Versäumt',
  },
  /** How good a new password is. */
  strength: {
    short: 'Zu kurz',
    weak: 'Leicht zu erraten',
    fair: 'Ausreichend',
    good: 'Gut',
    strong: 'Stark',
  },
  door: { left: 'War da', let_in: 'Eingelassen' },
  late: ({ name, minutes }: { name: string; minutes: number }) =>
    `${name} verspätet sich um ${minutes} Minuten.`,
  doorChat: { title: 'Nachrichten', you: 'Sie', write: 'Nachricht schreiben', send: 'Senden' },
  days: { yesterday: 'Gestern', today: 'Heute', tomorrow: 'Morgen' },
  parties: {
    'practitioner/client': { practitioner: 'Behandelnde Person', client: 'Klient/in' },
    'doctor/patient': { practitioner: 'Arzt/Ärztin', client: 'Patient/in' },
    'therapist/client': { practitioner: 'Therapeut/in', client: 'Klient/in' },
    'psychologist/client': { practitioner: 'Psychologe/Psychologin', client: 'Klient/in' },
    'mechanic/customer': { practitioner: 'Mechaniker/in', client: 'Kunde/Kundin' },
  },
  /** The same for many, as the name of a page. */
  clients: {
    'practitioner/client': 'Klient/innen',
    'doctor/patient': 'Patient/innen',
    'therapist/client': 'Klient/innen',
    'psychologist/client': 'Klient/innen',
    'mechanic/customer': 'Kund/innen',
  },
  /** Pages that some of them call otherwise. */
  ownNav: { 'therapist/client': { sessions: 'Videositzungen' } },
  roles: { guest: 'Gast', assistant: 'Empfang', admin: 'Verwaltung' },
  consultation: 'Videosprechstunde',
  inPerson: 'Termin vor Ort',
  tryAgain: 'Erneut versuchen',
  toStart: 'Zur Startseite',
  offline: {
    title: 'Sie sind offline',
    text: 'Diese Seite macht von selbst weiter, sobald Sie wieder verbunden sind.',
  },
  needHelp: 'Brauchen Sie Hilfe?',
  help: {
    call: ({ phone }) => `Rufen Sie an: ${phone}`,
    write: ({ email }) => `Schreiben Sie an ${email}`,
  },
  language: 'Sprache',
  save: 'Speichern',
  saved: 'Gespeichert',
  stars: ({ count }: { count: number }) =>
    plural(count, { one: '1 Stern', other: `${count} Sterne` }),
  notes: {
    label: 'Notizen',
    onlyYou: 'nur für Sie sichtbar',
    unreadable: {
      title: 'Ihre Notizen sind nicht lesbar',
      text: 'Sie sind aufbewahrt und erscheinen wieder, sobald die Person, die diesen Server betreibt, den Schlüssel zurückgibt, mit dem sie versiegelt sind. Bis dahin wird nichts an ihre Stelle geschrieben.',
    },
    quality: 'Wie gut war die Verbindung?',
  },
  byCode: ({ name }) => `${name} (mit Zugangscode)`,
  loading: 'Wird geladen',
  fields: {
    email: 'E-Mail',
    name: 'Name',
    password: 'Passwort',
    passcode: 'Zugangscode',
    title: 'Titel',
    notes: 'Notizen',
    concern: 'Anliegen',
    starts_at: 'Beginn',
    duration_minutes: 'Dauer',
    rating: 'Bewertung',
    comment: 'Kommentar',
    timezone: 'Zeitzone',
    url: 'Adresse',
  },
  refusals: {
    other: { title: 'Das hat nicht geklappt', text: 'Bitte versuchen Sie es gleich noch einmal.' },
    passcode_wrong: ({ left }) => ({
      title: 'Dieser Zugangscode stimmt nicht',
      text:
        left === null
          ? 'Bitte prüfen Sie die sechs Ziffern.'
          : `Bitte prüfen Sie die sechs Ziffern. ${plural(left, { one: 'Ein Versuch bleibt.', other: `${left} Versuche bleiben.` })}`,
    }),
    too_early: ({ at }) => ({
      title: 'Sie sind früh dran',
      text:
        at === null
          ? 'Der Zugang ist noch nicht offen. Bitte versuchen Sie es etwas später noch einmal.'
          : `Der Zugang öffnet sich um ${at}. Bitte kommen Sie dann wieder; Ihr Link bleibt gültig.`,
    }),
    too_many_requests: ({ span }) => ({
      title: 'Zu viele Versuche',
      text: `Bitte warten Sie ${span} und versuchen Sie es dann erneut.`,
    }),
    slot_taken: ({ time }) => ({
      title: 'Diese Zeit ist vergeben',
      text:
        time === null
          ? 'Bitte wählen Sie eine andere.'
          : `${time} ist schon gebucht. Bitte wählen Sie eine andere Zeit.`,
    }),
    not_allowed_now: ({ status }) => ({
      title: 'Das ist jetzt nicht möglich',
      text: `${status === null ? '' : `Stand der Sitzung: ${status}. `}Bitte laden Sie die Seite neu, um zu sehen, was jetzt möglich ist.`,
    }),
    invalid: ({ fields }) => ({
      title: 'Etwas ist nicht richtig ausgefüllt',
      text:
        fields === ''
          ? 'Bitte prüfen Sie Ihre Eingaben.'
          : `Bitte prüfen Sie diese Angaben: ${fields}.`,
    }),
    payment_required: {
      title: 'Dieser Termin ist noch nicht bezahlt',
      text: 'Sie können teilnehmen, sobald die Zahlung bestätigt ist. Falls Sie schon bezahlt haben, fragen Sie bitte dort nach, wo Sie den Termin bekommen haben.',
    },
    passcode_required: {
      title: 'Ein Zugangscode ist nötig',
      text: 'Bitte geben Sie die sechs Ziffern ein, die Sie mit Ihrem Termin erhalten haben.',
    },
    locked: {
      title: 'Zu viele falsche Zugangscodes',
      text: 'Der Zutritt ist eine Weile gesperrt. Bitte fragen Sie dort, wo Sie den Termin bekommen haben, nach einem neuen Zugangscode.',
    },
    quota_exceeded: {
      title: 'Für diesen Monat sind keine Gesprächsminuten mehr übrig',
      text: 'Bitte fragen Sie dort, wo Sie den Termin bekommen haben, nach einem anderen Weg.',
    },
    ended: {
      title: 'Diese Sitzung ist vorbei',
      text: 'Niemand kann mehr teilnehmen. Wenn noch etwas offen ist, vereinbaren Sie bitte einen neuen Termin.',
    },
    full: {
      title: 'Alle Plätze sind besetzt',
      text: 'Bitte versuchen Sie es erneut, wenn jemand gegangen ist, oder fragen Sie die Person, die Sie eingeladen hat.',
    },
    denied: {
      title: 'Sie wurden nicht eingelassen',
      text: 'Falls das ein Irrtum ist, rufen Sie bitte dort an, wo Sie den Termin bekommen haben.',
    },
    no_call: {
      title: 'Dieser Termin findet vor Ort statt',
      text: 'Dazu gibt es kein Videogespräch. Bitte treffen Sie sich am vereinbarten Ort.',
    },
    not_found: {
      title: 'Diese Seite gibt es nicht',
      text: 'Vielleicht ist der Link unvollständig, oder er gehört zu einem anderen Konto. Bitte öffnen Sie ihn genau so, wie Sie ihn erhalten haben, oder melden Sie sich mit dem anderen Konto an.',
    },
    unauthorized: {
      title: 'Sie sind nicht angemeldet',
      text: 'Bitte melden Sie sich an und versuchen Sie es erneut.',
    },
    wrong_login: {
      title: 'E-Mail-Adresse oder Passwort ist falsch',
      text: 'Bitte prüfen Sie beides. Ein neues Passwort vergibt nur die Verwaltung.',
    },
    forbidden: {
      title: 'Dazu ist Ihr Konto nicht berechtigt',
      text: 'Bitte wenden Sie sich an die Verwaltung dieses Servers.',
    },
    conflict: {
      title: 'Das passt nicht zu dem, was schon eingetragen ist',
      text: 'Bitte laden Sie die Seite neu und sehen Sie nach, was jetzt da ist.',
    },
    version_conflict: {
      title: 'Jemand hat es inzwischen geändert',
      text: 'Bitte laden Sie die Seite neu und ändern Sie es dann.',
    },
    request_taken: {
      title: 'Diese Anfrage ist schon angenommen',
      text: 'Bitte laden Sie die Seite neu, um zu sehen, was jetzt wartet.',
    },
    request_gone: {
      title: 'Die Anfrage wartet nicht mehr',
      text: 'Sie wurde zurückgezogen oder hat zu lange gewartet. Bitte laden Sie die Seite neu, um zu sehen, was jetzt wartet.',
    },
    bad_request: {
      title: 'Der Server hat das nicht verstanden',
      text: 'Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.',
    },
    method_not_allowed: {
      title: 'Das kann der Server nicht',
      text: 'Bitte laden Sie die Seite neu; sie ist vielleicht älter als der Server.',
    },
    payload_too_large: { title: 'Das ist zu lang', text: 'Bitte kürzen Sie es.' },
    unsupported_media_type: {
      title: 'Diese Art von Inhalt nimmt der Server nicht an',
      text: 'Bitte laden Sie die Seite neu; sie ist vielleicht älter als der Server.',
    },
    idempotency_key_reused: {
      title: 'Das wurde schon einmal gesendet',
      text: 'Bitte laden Sie die Seite neu und sehen Sie nach, was jetzt da ist.',
    },
    idempotency_key_in_use: {
      title: 'Das wird gerade ausgeführt',
      text: 'Bitte warten Sie einen Moment und laden Sie die Seite dann neu.',
    },
    idempotency_answer_lost: {
      title: 'Das wurde ausgeführt, aber die Antwort ging verloren',
      text: 'Bitte laden Sie die Seite neu und sehen Sie nach, was jetzt da ist.',
    },
    internal: {
      title: 'Auf dem Server ist etwas schiefgegangen',
      text: 'Es liegt nicht an Ihnen. Bitte versuchen Sie es gleich noch einmal.',
    },
    unavailable: {
      title: 'Der Server ist gerade nicht bereit',
      text: 'Bitte versuchen Sie es gleich noch einmal.',
    },
    media_unavailable: {
      title: 'Bild und Ton lassen sich nicht verbinden',
      text: 'Der Dienst, über den dieses Gespräch läuft, antwortet nicht. Bitte versuchen Sie es gleich noch einmal.',
    },
    busy: {
      title: 'Der Server ist ausgelastet',
      text: 'Er führt gerade so viele Gespräche, wie er kann. Begonnene Gespräche gehen weiter. Bitte versuchen Sie es gleich noch einmal.',
    },
    broker_unavailable: {
      title: 'Nachrichten an andere Programme warten',
      text: 'Gespräche gehen weiter, und die Nachrichten folgen von selbst. Sie müssen nichts tun.',
    },
    not_ready: {
      title: 'Der Server braucht Hilfe',
      text: 'Sein Betreiber sieht, was fehlt. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
    },
    unreachable: {
      title: 'Der Server ist nicht erreichbar',
      text: 'Bitte prüfen Sie Ihre Verbindung. Wir versuchen es weiter.',
    },
  },
  close: 'Schließen',
  undo: 'Rückgängig',
  unsaved: { ask: 'Eingaben verwerfen?', discard: 'Verwerfen', goOn: 'Weiter schreiben' },
} satisfies typeof english;
