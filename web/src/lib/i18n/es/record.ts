import { plural } from '../locale';
import type english from '../en/record';

export default {
  correct: {
    open: 'Corregir el resultado',
    title: '¿Se anotó el resultado por error?',
    text: ({ from, to }: { from: string; to: string }) =>
      `Ahora figura como «${from}» y pasará a «${to}». Lo que figuraba antes queda registrado.`,
    reason: 'Motivo (ambas partes pueden leerlo)',
    yes: ({ to }: { to: string }) => `Anotar «${to}»`,
    keep: 'Dejarlo como está',
  },
  handOver: {
    open: 'Pasar a otra persona del equipo',
    title: '¿Quién se hace cargo de esta cita?',
    text: 'La hora, el enlace y el código no cambian. Quien viene lee enseguida el nuevo nombre.',
    to: 'Se hace cargo',
    choose: 'Elija, por favor',
    yes: 'Pasar',
    keep: 'Dejarlo como está',
    nobody: ({ name }: { name: string }) =>
      `Aparte de ${name}, nadie atiende citas en esta organización.`,
    done: ({ name }: { name: string }) => `${name} se hace cargo de la cita.`,
    taken: ({ name, time }: { name: string; time: string }) =>
      `${name} ya tiene una cita a esa hora: ${time}.`,
    takenBy: ({ name, who, time }: { name: string; who: string; time: string }) =>
      `${name} ya tiene una cita con ${who} a esa hora: ${time}.`,
    left: ({ count }: { count: number }) =>
      plural(count, {
        one: 'Queda una cita reservada.',
        other: `Quedan ${count} citas reservadas.`,
      }),
    nothingLeft: 'Ya no hay nada reservado.',
    all: ({ count }: { count: number }) => `Pasar todas (${count})`,
  },
  corrected: 'Corregido',
  correction: ({ from, to, by, at }: { from: string; to: string; by: string; at: string }) =>
    `«${from}» pasó a «${to}» (${by}, ${at})`,
  unproven: 'Nada muestra que ambas partes estuvieran: cuenta lo que se anotó.',
  proof: 'Asistencia',
} satisfies typeof english;
