import type en from '../en/how';

export default {
  title: 'So funktioniert es',
  lead: 'Vom Link bis zum Ende des Gesprächs, und mit welchen Browsern es geht.',
  steps: [
    { name: 'Sie öffnen einen Link', text: 'In Ihrem Browser; zu installieren ist nichts.' },
    {
      name: 'Sie prüfen Kamera und Mikrofon',
      text: 'Die Seite zeigt, was andere sehen und hören werden, bevor es jemand tut.',
    },
    {
      name: 'Sie warten, bis man Sie einlässt',
      text: 'Im Wartezimmer sieht und hört Sie niemand.',
    },
    {
      name: 'Sie sprechen miteinander',
      text: 'Teilen Sie den Bildschirm, schreiben Sie, schalten Sie die Kamera aus. Eine verlorene Verbindung kommt von selbst wieder.',
    },
    {
      name: 'Sie beenden es',
      text: 'Mit dem roten Knopf; fünf Sekunden lang gibt es einen Weg zurück. Vorerst verlassen können Sie das Gespräch im Menü.',
    },
  ],
  need: 'Was Sie brauchen',
  needs: [
    'Ein Telefon, ein Tablet oder einen Computer mit Kamera und Mikrofon. Zu installieren ist nichts.',
    'Den Link aus Ihrem Brief oder Ihrer E-Mail und die sechs Ziffern, falls Sie welche bekommen haben.',
    'Einen ruhigen, hellen Platz. Mit Tageslicht von vorn sieht man Sie am besten.',
  ],
  test: 'Jetzt ausprobieren',
  testText:
    'Kamera, Ton und Verbindung können Sie jederzeit testen, auch ohne Termin. Sie sehen und hören sich so, wie andere es werden.',
  private: 'Wer Sie sieht und hört',
  privateText:
    'Niemand, bevor Sie eingelassen werden, und danach nur, wessen Namen Sie sehen. Nichts wird aufgezeichnet.',
  questions: 'Wenn etwas nicht geht',
  answers: [
    {
      name: 'Die Seite fragt nach Kamera und Mikrofon',
      text: 'Wählen Sie „Zulassen“. Nur diese Seite benutzt sie, und nur solange sie offen ist. Haben Sie versehentlich „Blockieren“ gewählt? Dann sagt die Seite, wo Sie es ändern.',
    },
    {
      name: 'Man hört mich nicht',
      text: 'Sehen Sie nach, ob am Mikrofonknopf steht, dass Sie stummgeschaltet sind, und ob Ihr Headset einen eigenen Schalter hat. Vielleicht hat ein Headset übernommen, das in der Nähe liegt: Wählen Sie unter „Geräte wechseln“ ein anderes Mikrofon.',
    },
    {
      name: 'Ich höre nichts',
      text: 'Stellen Sie lauter, und heben Sie die Stummschaltung des Telefons auf. Vor dem Wartezimmer und auf der Testseite können Sie einen Ton abspielen.',
    },
    {
      name: 'Das Bild stockt oder bleibt stehen',
      text: 'Gehen Sie näher zum WLAN-Router oder nehmen Sie mobile Daten. Bei schwacher Verbindung geht der Ton vor; das Bild kommt von selbst wieder.',
    },
    {
      name: 'Währenddessen klingelt mein Telefon',
      text: 'Während eines Telefonats pausieren Ton und Bild und kommen danach von selbst wieder. Lassen Sie die Seite offen.',
    },
    {
      name: 'Ich bin zu früh oder zu spät',
      text: 'Die Seite sagt, wann sich der Zugang öffnet, und lässt Sie dann von selbst hinein. Sind Sie spät dran, öffnen Sie einfach den Link.',
    },
    {
      name: 'Jemand soll mir helfen',
      text: 'Setzen Sie sich zusammen vor ein Gerät. Wer anderswo ist, kann von Ihrem Gegenüber eingeladen werden.',
    },
  ],
  browsers: 'Browser, mit denen es geht',
  browser: 'Browser',
  since: 'Ab Version',
  tried: 'Erprobt mit',
  note: 'Was nicht erprobt ist, folgt aus dem, was die Seiten brauchen. Auf iPhone und iPad ist jeder Browser so gut wie deren iOS.',
} satisfies typeof en;
