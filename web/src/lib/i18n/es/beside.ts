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
} satisfies typeof en;
