import type english from '../en/devices';

export default {
  refused: {
    camera: {
      busy: 'Un autre programme utilise la caméra choisie. La précédente continue.',
      other: 'La caméra choisie ne fonctionne pas. La précédente continue.',
    },
    microphone: {
      busy: 'Un autre programme utilise le micro choisi. Le précédent continue.',
      other: 'Le micro choisi ne fonctionne pas. Le précédent continue.',
    },
  },
  back: (p) => `« ${p.label} » est de retour et sert de nouveau.`,
  held: {
    camera: {
      title: 'Votre caméra ne donne pas d’image',
      text: 'L’appareil ou son système la retient. Ouvrez le cache ou activez-la sur l’appareil, et terminez les autres appels.',
    },
    microphone: {
      title: 'Votre micro est coupé sur l’appareil',
      text: 'Personne ne vous entend. Activez-le sur le casque, avec la touche du clavier ou dans les réglages du système, et terminez les autres appels.',
    },
  },
  silent: {
    title: 'Rien ne vient de votre micro',
    text: 'Il est peut-être coupé sur le casque, ou le bon est un autre. Dites quelque chose : cet avis disparaît dès qu’on vous entend.',
  },
  blur: 'Flouter l’arrière-plan',
  blurText:
    'On ne distingue pas ce qui est derrière vous. Votre appareil s’en charge ; aucune image n’est envoyée pour cela.',
  blurStarting: 'Un instant…',
  blurGone: {
    slow: {
      title: 'Votre arrière-plan n’est plus flouté',
      text: 'Cet appareil est trop lent pour cela, le flou a donc été désactivé. On voit ce qui est derrière vous.',
    },
    failed: {
      title: 'Votre arrière-plan n’est pas flouté',
      text: 'Ce navigateur ne sait pas le faire, ou le chargement a échoué. On voit ce qui est derrière vous.',
    },
  },
  flip: 'Utiliser l’autre caméra',
} satisfies typeof english;
