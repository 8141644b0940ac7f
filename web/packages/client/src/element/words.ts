/** What the element says. Whoever wants other words writes a page of their own with `openVisit`. */
export interface Words {
  join: string;
  joining: string;
  again: string;
  passcode: string;
  waiting: string;
  waits: string;
  admit: string;
  leave: string;
  end: string;
  microphone: string;
  camera: string;
  share: string;
  soundOn: string;
  nobody: string;
  reconnecting: string;
  unheard: string;
  left: string;
  elsewhere: string;
  turnedAway: string;
  ending: string;
  ended: string;
  tooEarly: string;
  wrongPasscode: string;
  noToken: string;
  unreachable: string;
  refused: string;
  notFound: string;
  noCamera: string;
  noMicrophone: string;
  self: string;
  other: string;
  screen: string;
}

const en: Words = {
  join: 'Join',
  joining: 'Joining…',
  again: 'Join again',
  passcode: 'Passcode',
  waiting: 'You are in the waiting room and will be let in.',
  waits: 'is waiting',
  admit: 'Admit',
  leave: 'Leave',
  end: 'End for everyone',
  microphone: 'Microphone',
  camera: 'Camera',
  share: 'Share screen',
  soundOn: 'Turn sound on',
  nobody: 'Nobody else is here yet.',
  reconnecting: 'The connection is lost. Reconnecting…',
  unheard: 'Messages do not arrive at the moment. Trying again…',
  left: 'You have left.',
  elsewhere: 'You went on in another tab.',
  turnedAway: 'You were not let in.',
  ending: 'The session is about to end.',
  ended: 'The session has ended.',
  tooEarly: 'It opens at',
  wrongPasscode: 'That passcode is not right.',
  noToken: 'You are not signed in any more.',
  unreachable: 'The server cannot be reached.',
  refused: 'That did not work.',
  notFound: 'There is no such appointment here.',
  noCamera: 'Nobody sees you: the camera cannot be used.',
  noMicrophone: 'Nobody hears you: the microphone cannot be used.',
  self: 'You',
  other: 'The other person',
  screen: 'The shared screen',
};

const de: Words = {
  join: 'Beitreten',
  joining: 'Wird verbunden …',
  again: 'Wieder beitreten',
  passcode: 'Zugangscode',
  waiting: 'Sie sind im Wartezimmer und werden hereingelassen.',
  waits: 'wartet',
  admit: 'Hereinlassen',
  leave: 'Verlassen',
  end: 'Für alle beenden',
  microphone: 'Mikrofon',
  camera: 'Kamera',
  share: 'Bildschirm teilen',
  soundOn: 'Ton einschalten',
  nobody: 'Es ist noch niemand da.',
  reconnecting: 'Die Verbindung ist unterbrochen und wird wiederhergestellt …',
  unheard: 'Nachrichten kommen gerade nicht an. Es wird weiter versucht …',
  left: 'Sie sind gegangen.',
  elsewhere: 'Sie haben in einem anderen Tab weitergemacht.',
  turnedAway: 'Sie wurden nicht hereingelassen.',
  ending: 'Die Sitzung endet gleich.',
  ended: 'Die Sitzung ist beendet.',
  tooEarly: 'Sie öffnet um',
  wrongPasscode: 'Dieser Zugangscode stimmt nicht.',
  noToken: 'Sie sind nicht mehr angemeldet.',
  unreachable: 'Der Server ist nicht erreichbar.',
  refused: 'Das hat nicht geklappt.',
  notFound: 'Diesen Termin gibt es hier nicht.',
  noCamera: 'Man sieht Sie nicht: Die Kamera lässt sich nicht benutzen.',
  noMicrophone: 'Man hört Sie nicht: Das Mikrofon lässt sich nicht benutzen.',
  self: 'Sie',
  other: 'Die andere Person',
  screen: 'Der geteilte Bildschirm',
};

const es: Words = {
  join: 'Entrar',
  joining: 'Entrando…',
  again: 'Volver a entrar',
  passcode: 'Código de acceso',
  waiting: 'Está en la sala de espera; le dejarán pasar.',
  waits: 'está esperando',
  admit: 'Dejar pasar',
  leave: 'Salir',
  end: 'Terminar para todos',
  microphone: 'Micrófono',
  camera: 'Cámara',
  share: 'Compartir pantalla',
  soundOn: 'Activar el sonido',
  nobody: 'Aún no hay nadie más.',
  reconnecting: 'Se ha perdido la conexión. Reconectando…',
  unheard: 'Los mensajes no llegan en este momento. Se sigue intentando…',
  left: 'Ha salido.',
  elsewhere: 'Ha continuado en otra pestaña.',
  turnedAway: 'No le han dejado pasar.',
  ending: 'La sesión está a punto de terminar.',
  ended: 'La sesión ha terminado.',
  tooEarly: 'Se abre a las',
  wrongPasscode: 'Ese código no es correcto.',
  noToken: 'Su sesión ha caducado.',
  unreachable: 'No se puede contactar con el servidor.',
  refused: 'No ha funcionado.',
  notFound: 'Esa cita no existe aquí.',
  noCamera: 'Nadie le ve: no se puede usar la cámara.',
  noMicrophone: 'Nadie le oye: no se puede usar el micrófono.',
  self: 'Usted',
  other: 'La otra persona',
  screen: 'La pantalla compartida',
};

const fr: Words = {
  join: 'Rejoindre',
  joining: 'Connexion…',
  again: 'Revenir',
  passcode: 'Code d’accès',
  waiting: 'Vous êtes dans la salle d’attente ; on va vous faire entrer.',
  waits: 'attend',
  admit: 'Faire entrer',
  leave: 'Quitter',
  end: 'Terminer pour tous',
  microphone: 'Micro',
  camera: 'Caméra',
  share: 'Partager l’écran',
  soundOn: 'Activer le son',
  nobody: 'Personne d’autre n’est encore là.',
  reconnecting: 'La connexion est perdue. Reconnexion…',
  unheard: 'Les messages n’arrivent pas pour le moment. Nouvel essai…',
  left: 'Vous êtes parti.',
  elsewhere: 'Vous avez continué dans un autre onglet.',
  turnedAway: 'On ne vous a pas fait entrer.',
  ending: 'La séance va se terminer.',
  ended: 'La séance est terminée.',
  tooEarly: 'Ouverture à',
  wrongPasscode: 'Ce code n’est pas le bon.',
  noToken: 'Vous n’êtes plus identifié.',
  unreachable: 'Le serveur est injoignable.',
  refused: 'Cela n’a pas marché.',
  notFound: 'Ce rendez-vous n’existe pas ici.',
  noCamera: 'On ne vous voit pas : la caméra est inutilisable.',
  noMicrophone: 'On ne vous entend pas : le micro est inutilisable.',
  self: 'Vous',
  other: 'L’autre personne',
  screen: 'L’écran partagé',
};

const LANGUAGES: Record<string, Words> = { en, de, es, fr };

/** In the first of these languages that the element speaks, such as `['de-CH', 'en']`; English else. */
export function wordsIn(languages: readonly string[]): { words: Words; language: string } {
  const known = languages.map((tag) => tag.slice(0, 2).toLowerCase());
  const language = known.find((tag) => tag in LANGUAGES) ?? 'en';
  return { words: LANGUAGES[language] ?? en, language };
}
