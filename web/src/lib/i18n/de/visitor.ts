import type english from '../en/visitor';

export default {
  nowhere: {
    title: 'Dieser Link führt zu keiner Sprechstunde',
    text: 'Vielleicht ist er unvollständig, oder er ging an jemand anderen. Bitte öffnen Sie ihn genau so, wie Sie ihn erhalten haben, oder melden Sie sich als die Person an, die ihn bekommen hat.',
  },
  signInAsOther: 'Als jemand anderes anmelden',
  steps: {
    label: 'Was jetzt zu tun ist',
    allow: 'Kamera und Mikrofon erlauben',
    choose: 'Ihr Browser fragt Sie: Wählen Sie „Zulassen“.',
    check: 'Bild und Ton prüfen',
    go: 'Ins Wartezimmer gehen',
  },
  goToWaitingRoom: 'Ins Wartezimmer',
  goIn: 'Zur Sprechstunde',
  changeDevices: 'Geräte wechseln',
  test: 'Kamera, Ton und Verbindung testen',
  inApp: {
    title: 'Diese App gibt der Seite keine Kamera',
    text: ({ browser }) =>
      `Sie haben den Link in einer anderen App geöffnet. Bitte öffnen Sie ihn in ${browser}.`,
    help: ({ browser }) =>
      `Falls der Knopf nichts tut: Tippen Sie auf das Menü dieser App (drei Punkte oder der Pfeil) und wählen Sie „In ${browser} öffnen“, oder kopieren Sie den Link und fügen Sie ihn dort ein.`,
    open: ({ browser }) => `In ${browser} öffnen`,
    copy: 'Link kopieren',
    copied: 'Kopiert',
  },
  interrupted: {
    microphone:
      'Ihr Telefon braucht gerade das Mikrofon. Man hört Sie erst wieder, wenn es frei ist.',
    camera: 'Ihre Kamera pausiert, solange diese Seite im Hintergrund ist.',
    over: 'Man hört Sie wieder.',
  },
} satisfies typeof english;
