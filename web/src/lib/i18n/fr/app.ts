import type english from '../en/app';

export default {
  title: 'Cette application ne donne pas la caméra à la page',
  text: ({ browser }) =>
    `Vous avez ouvert le lien dans une autre application. Ouvrez-le dans ${browser}.`,
  help: ({ browser }) =>
    `Si le bouton ne fait rien : touchez le menu de cette application (trois points ou la flèche) et choisissez « Ouvrir dans ${browser} », ou copiez le lien et collez-le là.`,
  open: ({ browser }) => `Ouvrir dans ${browser}`,
  copy: 'Copier le lien',
  copied: 'Copié',
} satisfies typeof english;
