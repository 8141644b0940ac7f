import type english from '../en/app';

export default {
  title: 'Esta aplicación no da la cámara a la página',
  text: ({ browser }) => `Ha abierto el enlace dentro de otra aplicación. Ábralo en ${browser}.`,
  help: ({ browser }) =>
    `Si el botón no hace nada: toque el menú de esta aplicación (tres puntos o la flecha) y elija «Abrir en ${browser}», o copie el enlace y péguelo allí.`,
  open: ({ browser }) => `Abrir en ${browser}`,
  copy: 'Copiar el enlace',
  copied: 'Copiado',
} satisfies typeof english;
