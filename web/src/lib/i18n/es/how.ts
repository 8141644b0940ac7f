import type en from '../en/how';

export default {
  title: 'Cómo funciona',
  lead: 'Desde el enlace hasta el final de la llamada, y con qué navegadores.',
  steps: [
    { name: 'Abre un enlace', text: 'En su navegador; no hay nada que instalar.' },
    {
      name: 'Comprueba la cámara y el micrófono',
      text: 'La página muestra lo que otros verán y oirán, antes que nadie.',
    },
    { name: 'Espera a que le dejen entrar', text: 'En la sala de espera nadie le ve ni le oye.' },
    {
      name: 'Habla',
      text: 'Comparta la pantalla, escriba, apague la cámara. Una conexión perdida vuelve por sí sola.',
    },
    {
      name: 'Termina',
      text: 'Con el botón rojo; durante cinco segundos puede volver. Salir por ahora está en el menú.',
    },
  ],
  browsers: 'Navegadores que funcionan',
  browser: 'Navegador',
  since: 'Desde la versión',
  tried: 'Probado con',
  note: 'Lo que no se ha probado se deduce de lo que las páginas necesitan. En iPhone y iPad, cualquier navegador vale lo que su iOS.',
} satisfies typeof en;
