import { plural } from '../locale';
import type en from '../en/beside';

/** What stands beside the pictures of a call. */
export default {
  notes: {
    title: 'Notas',
    hidden:
      'Está compartiendo una pantalla o ventana completa, y en ella podría verse esta página. Para que nadie las lea, sus notas quedan ocultas mientras comparte.',
    show: 'Mostrarlas de todos modos',
    saving: 'Guardando…',
    failed: 'Aún no se ha guardado; se intentará de nuevo. Lo escrito se conserva en esta pestaña.',
    over: (p) =>
      plural(p.over, {
        one: 'Sobra 1 carácter: no se ha guardado',
        other: `Sobran ${p.over} caracteres: no se ha guardado`,
      }),
  },
  phone: {
    heading: 'Por teléfono',
    call: ({ name }) =>
      `Llame a ${name}. La consulta sigue aunque alguien cierre esta página; el tiempo cuenta según usted indique.`,
    called: ({ name }) => `${name} le llama por teléfono.`,
    calledAt: ({ name, number }) => `${name} le llama por teléfono al ${number}.`,
    mayClose: 'Puede cerrar esta página; el vídeo puede retomarse más tarde.',
    orCall: 'También puede llamar usted:',
    others: 'Los dos siguen por teléfono. El vídeo puede retomarse más tarde.',
    none: 'No se conoce ningún número. Si tiene uno, se guardará con la persona:',
    showMine: ({ number }) => `Mostrar también mi número (${number})`,
    noneOfMine: 'Su propio número no se conoce; puede añadirlo en los ajustes.',
    since: ({ time }) => `Por teléfono desde las ${time}`,
    back: 'Volver al vídeo',
  },
  files: {
    attach: 'Enviar una imagen o un PDF',
    attachTitle: 'Una imagen o un PDF de hasta 10 MB; también puede arrastrarlo aquí o pegarlo',
    save: 'Guardar',
    saveName: ({ name }) => `Guardar ${name}`,
    progress: ({ name }) => `Se está enviando ${name}`,
    gone: 'Ya no está disponible o no se ha podido cargar. Los archivos desaparecen con el chat.',
    notSent: ({ name, why }) => `${name} – ${why}`,
    why: {
      wrong_type:
        'No enviado: solo se admiten imágenes (PNG, JPEG, GIF, WebP) y PDF. También sirve una foto del papel.',
      too_long:
        'No enviado: un archivo puede tener 10 MB como máximo. Haga la foto más pequeña o envíe menos páginas.',
      required: 'No enviado: el archivo está vacío.',
      out_of_range:
        'No enviado: en esta consulta no caben más archivos. Envíe el resto por otra vía.',
      not_configured: 'Aquí no se pueden enviar archivos.',
      other:
        'No enviado. Compruebe su conexión e inténtelo de nuevo; si recarga la página, elija el archivo otra vez.',
    },
  },
  people: {
    title: 'Participantes',
    label: 'Participantes y sesión',
    isWaiting: (p) => `${p.name} está esperando`,
    admit: 'Dejar entrar',
    deny: 'Rechazar',
    remove: 'Quitar',
    removeName: (p) => `Quitar a ${p.name}`,
    sureToRemove: (p) => `¿Quitar a ${p.name} de la llamada?`,
    keep: 'No quitar',
    notConnected: 'sin conexión',
    details: 'Detalles',
    sessionId: 'Identificador de la sesión',
    idOf: (p) => `Identificador (${p.role})`,
    subject: 'Asunto',
    noTitle: 'Videoconsulta',
    booked: 'Reservado',
    began: 'Comienzo',
  },
  invite: {
    title: 'Invitar a alguien',
    text: 'Por ejemplo, un intérprete o un familiar. Envíe el enlace a la persona: no requiere cuenta ni código. Usted la deja entrar.',
    name: 'Nombre (opcional)',
    make: 'Crear un enlace',
    making: 'Creando el enlace…',
    link: 'Enlace',
    copy: 'Copiar el enlace',
    copied: 'Copiado',
    select: 'No se pudo copiar. El enlace está marcado: cópielo a mano.',
    another: 'Otro enlace',
    until: (p) => `Válido hasta: ${p.time}.`,
  },
  help: {
    title: 'Atajos de teclado',
    microphone: 'Activar o silenciar el micrófono',
    camera: 'Encender o apagar la cámara',
    talk: 'Mantener pulsado para hablar estando en silencio',
    chat: 'Abrir o cerrar el chat',
    people: 'Participantes',
    notes: 'Sus notas',
    settings: 'Cámara y sonido',
    fullScreen: 'Pantalla completa',
    help: 'Esta lista',
  },
} satisfies typeof en;
