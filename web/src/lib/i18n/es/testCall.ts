import type english from '../en/testCall';

export default {
  title: 'Probar cámara, sonido y conexión',
  lead: 'En cualquier momento, sin cita. Dura un minuto; nadie más le ve ni le oye, y no se guarda nada.',
  begin: 'Empezar la prueba',
  again: 'Probar otra vez',
  stop: 'Terminar la prueba',
  ask: 'Su navegador pide permiso para la cámara y el micrófono: elija «Permitir».',
  connecting: 'Conectando con el servidor…',
  picture: 'Así le ven los demás',
  over: 'La prueba ha terminado.',
  well: 'Todo funciona. Está listo para una consulta.',
  none: 'Este servidor no ofrece pruebas.',
  blocked: {
    title: 'La imagen y el sonido no llegan',
    text: 'Su red abre páginas, pero no deja pasar llamadas. Pruebe otra red o los datos móviles, desactive la VPN o pregunte a quien administra esta red.',
  },
  camera: {
    name: 'Cámara',
    good: 'Funciona: su imagen ha ido al servidor y ha vuelto.',
    off: 'Está apagada. Los demás no le verían.',
    wait: 'Esperando la imagen…',
  },
  microphone: {
    name: 'Micrófono',
    good: 'Funciona: se le oye al otro lado.',
    off: 'Está apagado. Los demás no le oirían.',
    wait: 'Diga una frase. La barra se mueve cuando se le oye.',
  },
  speaker: {
    name: 'Altavoz',
    hear: 'Oírse a sí mismo',
    speak: 'Hable ahora: diga una frase.',
    listen: 'Escuche ahora: así le oyen los demás.',
    heardNothing: '¿No ha oído nada? Suba el volumen o elija otro altavoz.',
    failed: 'El navegador no ha podido reproducirlo. Puede probar el sonido con las tres notas.',
  },
  line: {
    name: 'Conexión',
    way: {
      udp: 'La imagen y el sonido van por la vía directa.',
      tcp: 'Su red bloquea la vía directa (UDP). Funciona de todos modos, pero la imagen puede entrecortarse. Otra red o los datos móviles suelen ir mejor.',
      relay:
        'La imagen y el sonido pasan por un repetidor, porque su red bloquea la vía directa. Funciona de todos modos.',
    },
    figures: ({ delay, lost }) => `Retardo ${delay}, perdido ${lost}.`,
  },
} satisfies typeof english;
