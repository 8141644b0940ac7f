import type english from '../en/testCall';

export default {
  title: 'Tester la caméra, le son et la connexion',
  lead: 'À tout moment, sans rendez-vous. Cela prend une minute ; personne d’autre ne vous voit ni ne vous entend, et rien n’est conservé.',
  begin: 'Commencer le test',
  again: 'Tester à nouveau',
  stop: 'Terminer le test',
  ask: 'Votre navigateur demande la caméra et le micro : choisissez « Autoriser ».',
  connecting: 'Connexion au serveur…',
  picture: 'Voici comment les autres vous voient',
  over: 'Le test est terminé.',
  well: 'Tout fonctionne. Vous êtes prêt(e) pour une consultation.',
  none: 'Ce serveur ne propose pas de tests.',
  blocked: {
    title: 'L’image et le son ne passent pas',
    text: 'Votre réseau ouvre les pages, mais ne laisse pas passer les appels. Essayez un autre réseau ou les données mobiles, désactivez un VPN, ou demandez à qui gère ce réseau.',
  },
  camera: {
    name: 'Caméra',
    good: 'Fonctionne : votre image est allée au serveur et en est revenue.',
    off: 'Est éteinte. Les autres ne vous verraient pas.',
    wait: 'En attente de l’image…',
  },
  microphone: {
    name: 'Micro',
    good: 'Fonctionne : on vous entend de l’autre côté.',
    off: 'Est coupé. Les autres ne vous entendraient pas.',
    wait: 'Dites une phrase. La barre bouge quand on vous entend.',
  },
  speaker: {
    name: 'Haut-parleur',
    hear: 'S’entendre soi-même',
    speak: 'Parlez maintenant : dites une phrase.',
    listen: 'Écoutez maintenant : voici comment les autres vous entendent.',
    heardNothing: 'Rien entendu ? Montez le volume ou choisissez un autre haut-parleur.',
    failed: 'Le navigateur n’a pas pu le lire. Vous pouvez tester le son avec les trois notes.',
  },
  line: {
    name: 'Connexion',
    way: {
      udp: 'L’image et le son passent par la voie directe.',
      tcp: 'Votre réseau bloque la voie directe (UDP). Cela fonctionne quand même, mais l’image peut saccader. Un autre réseau ou les données mobiles vont souvent mieux.',
      relay:
        'L’image et le son passent par un relais, car votre réseau bloque la voie directe. Cela fonctionne quand même.',
    },
    figures: ({ delay, lost }) => `Délai ${delay}, perdu ${lost}.`,
  },
} satisfies typeof english;
