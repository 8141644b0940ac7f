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
  need: 'Qué necesita',
  needs: [
    'Un teléfono, una tableta o un ordenador con cámara y micrófono. No hay que instalar nada.',
    'El enlace de su carta o correo, y las seis cifras si le dieron alguna.',
    'Un lugar tranquilo y luminoso. Con luz de día de frente se le ve mejor.',
  ],
  test: 'Pruébelo ahora',
  testText:
    'Puede probar la cámara, el sonido y la conexión en cualquier momento, sin cita. Se ve y se oye como lo harán los demás.',
  private: 'Quién le ve y le oye',
  privateText:
    'Nadie antes de que le dejen entrar, y después solo las personas cuyos nombres ve. No se graba nada.',
  questions: 'Si algo no funciona',
  answers: [
    {
      name: 'La página pide la cámara y el micrófono',
      text: 'Elija «Permitir». Solo los usa la página, y solo mientras está abierta. ¿Ha elegido «Bloquear» por error? La página dice entonces dónde cambiarlo.',
    },
    {
      name: 'No me oyen',
      text: 'Mire si el botón del micrófono dice que está silenciado y si sus auriculares tienen un interruptor propio. Puede que unos auriculares cercanos hayan tomado el relevo: elija otro micrófono en «Cambiar de dispositivos».',
    },
    {
      name: 'No oigo nada',
      text: 'Suba el volumen y quite el modo silencio del teléfono. Antes de la sala de espera y en la página de prueba puede reproducir un sonido.',
    },
    {
      name: 'La imagen se corta o se para',
      text: 'Acérquese al router wifi o use los datos móviles. Con una conexión débil el sonido va primero; la imagen vuelve por sí sola.',
    },
    {
      name: 'Mientras tanto suena mi teléfono',
      text: 'Durante una llamada telefónica el sonido y la imagen se detienen, y vuelven solos al terminar. Deje la página abierta.',
    },
    {
      name: 'Llego pronto o tarde',
      text: 'La página dice cuándo se abre el acceso y le deja pasar por sí sola. Si llega tarde, abra simplemente el enlace.',
    },
    {
      name: 'Alguien tiene que ayudarme',
      text: 'Siéntense juntos delante de un dispositivo. A quien esté en otro lugar puede invitarle la persona con quien habla.',
    },
  ],
  browsers: 'Navegadores que funcionan',
  browser: 'Navegador',
  since: 'Desde la versión',
  tried: 'Probado con',
  note: 'Lo que no se ha probado se deduce de lo que las páginas necesitan. En iPhone y iPad, cualquier navegador vale lo que su iOS.',
} satisfies typeof en;
