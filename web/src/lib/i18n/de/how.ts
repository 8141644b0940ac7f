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
  browsers: 'Browser, mit denen es geht',
  browser: 'Browser',
  since: 'Ab Version',
  tried: 'Erprobt mit',
  note: 'Was nicht erprobt ist, folgt aus dem, was die Seiten brauchen. Auf iPhone und iPad ist jeder Browser so gut wie deren iOS.',
} satisfies typeof en;
