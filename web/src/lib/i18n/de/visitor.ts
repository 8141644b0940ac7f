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
  held: {
    microphone: {
      title: 'Ihr Telefon hält das Mikrofon zurück',
      text: 'Vielleicht wird gerade telefoniert. Man hört Sie wieder, sobald es vorbei ist; lassen Sie diese Seite offen.',
    },
    camera: {
      title: 'Ihre Kamera pausiert',
      text: 'Sie geht weiter, sobald diese Seite wieder vorn ist und keine andere App die Kamera benutzt.',
    },
  },
  under: { microphone: 'Mikro', share: 'Teilen', end: 'Beenden' },
} satisfies typeof english;
