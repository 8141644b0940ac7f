import type english from '../en/app';

export default {
  title: 'Diese App gibt der Seite keine Kamera',
  text: ({ browser }) =>
    `Sie haben den Link in einer anderen App geöffnet. Bitte öffnen Sie ihn in ${browser}.`,
  help: ({ browser }) =>
    `Falls der Knopf nichts tut: Tippen Sie auf das Menü dieser App (drei Punkte oder der Pfeil) und wählen Sie „In ${browser} öffnen“, oder kopieren Sie den Link und fügen Sie ihn dort ein.`,
  open: ({ browser }) => `In ${browser} öffnen`,
  copy: 'Link kopieren',
  copied: 'Kopiert',
} satisfies typeof english;
