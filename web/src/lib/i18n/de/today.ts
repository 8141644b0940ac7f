import { plural } from '../locale';
import type english from '../en/today';

export default {
  nothing: 'Es ist nichts gebucht.',
  freeDay: 'Heute ist nichts gebucht.',
  plan: 'Termin planen',
  list: ({ count }: { count: number }) =>
    plural(count, { one: 'Ein Termin heute', other: `${count} Termine heute` }),
  asked: ({ count }: { count: number }) =>
    plural(count, { one: 'Eine Anfrage wartet', other: `${count} Anfragen warten` }),
  seeRequests: 'Ansehen',
  minutes: ({ count }: { count: number }) => `${count} Min.`,
  startsIn: ({ span }: { span: string }) => `beginnt in ${span}`,
  opensIn: ({ span }: { span: string }) => `Öffnet in ${span}`,
  admitName: ({ name }: { name: string }) => `${name} einlassen`,
  rated: ({ stars }: { stars: number }) => `Mit ${stars} von 5 bewertet`,
  next: {
    heading: 'Nächster Termin',
    running: 'Läuft gerade',
    waiting: 'Es wartet jemand',
    letIn: 'Schon eingelassen',
    in: ({ span }: { span: string }) => `in ${span}`,
    late: ({ span }: { span: string }) => `fällig seit ${span}`,
  },
  arrivals: {
    label: 'Warten auf Einlass',
    waits: ({ name }: { name: string }) => `${name} wartet`,
    to: ({ name }: { name: string }) => `zu ${name}`,
    since: ({ span }: { span: string }) => `seit ${span}`,
    left: ({ name, time }: { name: string; time: string }) =>
      `${name} war um ${time} da und ist gegangen`,
    admit: 'Einlassen',
    admitLater: 'Einlassen, ich komme später',
    toCall: 'Zum Gespräch',
    letIn: ({ name }: { name: string }) => `${name} ist eingelassen.`,
    dismiss: 'Ausblenden',
  },
  word: {
    button: 'Nachricht',
    title: ({ name }: { name: string }) => `Nachricht an ${name}`,
    late: ({ minutes }: { minutes: number }) => `${minutes} Minuten später`,
    text: 'Mit eigenen Worten',
    send: 'Senden',
    takeBack: 'Zurücknehmen',
    chat: 'Mit der wartenden Person schreiben',
    ends: 'Sie steht im Wartezimmer und endet mit dem Warten.',
  },
  notify: {
    ask: 'Ankünfte melden',
    on: 'Ankünfte erscheinen als Mitteilung',
    blocked: 'Der Browser blockiert Mitteilungen dieser Seite',
  },
  kind: {
    video: 'Videosprechstunde',
    chat: 'Chat',
    diagnostic: 'Ferndiagnose',
    in_person: 'Termin vor Ort',
  },
  action: {
    start: 'Beginnen',
    join: 'Teilnehmen',
    rejoin: 'Zurückkehren',
    prepare: 'Kamera und Ton prüfen',
    unpaid: 'Noch nicht bezahlt',
    in_person: 'Vor Ort',
    notes: 'Notizen',
    writeNotes: 'Notizen schreiben',
    rate: 'Bewerten',
    details: 'Einzelheiten',
    backToCall: 'Zurück zum Gespräch',
  },
  /** Buttons that some of the presets call otherwise. */
  ownActions: {
    'doctor/patient': {
      start: 'Video starten',
      rejoin: 'Sitzung ansehen',
      writeNotes: 'Notizen hinzufügen',
    },
    'therapist/client': { start: 'Jetzt teilnehmen', join: 'Jetzt teilnehmen' },
  },
  running: {
    start: 'Die Tür ist offen.',
    join: 'Die Tür ist offen.',
    rejoin: 'Dieses Gespräch läuft gerade.',
  },
  held: {
    question: 'Hat dieser Termin stattgefunden?',
    yes: 'Er hat stattgefunden',
    short: 'Stattgefunden?',
  },
  change: 'Verlegen, absagen oder Link senden',
  inCalendar: 'Im Kalender zeigen',
  tab: { upcoming: 'Kommende', past: 'Vergangene' },
  search: 'Name oder Titel',
  status: 'Stand',
  anyStatus: 'Jeder Status',
  more: 'Mehr anzeigen',
  showAll: 'Alle anzeigen',
  nothingFound: 'Dazu findet sich nichts.',
  none: {
    upcoming: 'Es ist nichts gebucht.',
    past: 'Hier stehen später Ihre vergangenen Sitzungen.',
  },
  clients: {
    search: 'Nach Name oder E-Mail suchen',
    none: 'Noch ist niemand bekannt. Wer einen Termin bekommt, steht danach hier.',
    contact: 'Kontakt',
    noEmail: 'Keine E-Mail-Adresse bekannt',
    write: 'E-Mail schreiben',
    nothing: 'Nichts gebucht.',
    invitation: ({ day }: { day: string }) => `Link und Ausdruck zum Termin: ${day}`,
    nobodyWaits: 'Niemand wartet.',
  },
  facts: {
    date: 'Datum',
    booked: 'Gebucht',
    began: 'Beginn',
    ended: 'Ende',
    lasted: 'Dauer',
    phone: 'Davon am Telefon',
    missing: 'Gefehlt',
    reason: 'Grund',
    payment: 'Zahlung',
    byItself: 'von selbst',
    both: 'Niemand ist gekommen',
  },
  again: {
    heading: 'Nächster gemeinsamer Termin',
    none: 'Es ist noch keiner gebucht.',
  },
  evidence: {
    heading: 'Was wann geschah',
    none: 'Noch ist niemand gekommen.',
    presence: 'Zeit im Gespräch',
    what: {
      entered: ({ who }: { who: string }) => `${who}: an der Tür`,
      admitted: ({ who }: { who: string }) => `${who}: eingelassen`,
      connected: ({ who }: { who: string }) => `${who}: verbunden`,
      disconnected: ({ who }: { who: string }) => `${who}: getrennt`,
      started: () => 'Das Gespräch begann',
      completed: ({ who }: { who: string }) =>
        who ? `Das Gespräch wurde beendet (${who})` : 'Das Gespräch endete von selbst',
      cancelled: ({ who }: { who: string }) =>
        who ? `Der Termin wurde abgesagt (${who})` : 'Der Termin wurde abgesagt',
      no_show: () => 'Es fand nicht statt',
      corrected: ({ who }: { who: string }) =>
        who ? `Das Ergebnis wurde berichtigt (${who})` : 'Das Ergebnis wurde berichtigt',
    },
    source: {
      media: 'Ton und Bild',
      provider: 'Mediendienst',
      socket: 'Seite',
      client: 'eigene Angabe',
      phone: 'am Telefon, nach Angabe der behandelnden Seite',
    },
  },
  requests: {
    lead: 'Wer jetzt gleich ein Gespräch möchte. Wer zuerst annimmt, führt es.',
    iAccept: 'Ich nehme Anfragen an',
    accepting: 'Neue Anfragen erscheinen hier von selbst.',
    notAccepting: 'Ihnen werden keine Anfragen gezeigt.',
    none: 'Im Augenblick fragt niemand an.',
    off: 'Schalten Sie „Ich nehme Anfragen an“ ein, um zu sehen, wer anfragt.',
    count: ({ count }: { count: number }) =>
      plural(count, { one: 'Eine Anfrage wartet', other: `${count} Anfragen warten` }),
    waits: ({ span }: { span: string }) => `Wartet seit ${span}`,
    until: ({ time }: { time: string }) => `wartet bis ${time}`,
    clash: 'Sie selbst oder die Person, die anfragt, haben um diese Zeit einen anderen Termin.',
    unreadable: 'Was geschrieben wurde, lässt sich nicht mehr lesen.',
    accept: 'Annehmen',
  },
  why: {
    heading: 'Warum sehe ich keine Anfragen?',
    linked: 'Ihr Konto hat die Rolle für Gespräche:',
    enabled: 'Ihr Konto ist aktiv:',
    accepts: 'Sie nehmen Anfragen an:',
    yes: 'ja',
    no: 'nein',
    counts: ({ pending, visible }: { pending: number; visible: number }) =>
      `Wartende Anfragen auf diesem Server: ${pending}. Davon für Sie sichtbar: ${visible}.`,
    rules: {
      not_a_practitioner: ({ count }: { count: number }) =>
        `Nicht gezeigt, weil Ihrem Konto die Rolle für Gespräche fehlt: ${count}. Die Verwaltung kann das ändern.`,
      account_disabled: ({ count }: { count: number }) =>
        `Nicht gezeigt, weil Ihr Konto gesperrt ist: ${count}. Die Verwaltung kann das ändern.`,
      does_not_accept_requests: ({ count }: { count: number }) =>
        `Nicht gezeigt, weil Sie keine Anfragen annehmen: ${count}. Schalten Sie es oben ein.`,
      request_gone: ({ count }: { count: number }) => `Warten nicht mehr: ${count}.`,
      own_request: ({ count }: { count: number }) =>
        `Ihre eigenen, die Sie nicht annehmen können: ${count}.`,
      tier: ({ count }: { count: number }) =>
        `Für andere Leistungsstufen als Ihre: ${count}. Die Verwaltung kann Ihre Stufe ändern.`,
      organization_first: ({ count }: { count: number }) =>
        `Zuerst einer anderen Einrichtung angeboten: ${count}. Sie erscheinen hier, wenn dort niemand annimmt.`,
    },
    other: ({ count }: { count: number }) => `Aus einem anderen Grund nicht gezeigt: ${count}.`,
  },
} satisfies typeof english;
