import type { Appointment, Problem } from '@openvisit/client';
import type { Messages } from '$lib/i18n';

type Words = Messages['calendar']['refused'];

export interface Slot {
  from: number;
  to: number;
}

type Booked = Pick<
  Appointment,
  'id' | 'practitioner_id' | 'client_id' | 'starts_at' | 'ends_at' | 'status'
>;

/** Whose time a slot would take; the appointment that is moved is in nobody's way. */
export interface Wish extends Slot {
  id?: string;
  practitioner_id: string;
  client_id?: string;
}

/** The appointment that is in the way, among those that the page knows. */
export function inTheWay<T extends Booked>(wish: Wish, known: T[]): T | null {
  const meets = (it: T) =>
    it.id !== wish.id &&
    takesTime(it) &&
    (it.practitioner_id === wish.practitioner_id || it.client_id === wish.client_id) &&
    Date.parse(it.starts_at) < wish.to &&
    wish.from < Date.parse(it.ends_at);
  return known.find(meets) ?? null;
}

/** Only live appointments keep a time from others. */
export function takesTime({ status }: Pick<Booked, 'status'>): boolean {
  return status === 'scheduled' || status === 'waiting' || status === 'in_progress';
}

export interface Around {
  words: Words;
  /** The time of day of an instant. */
  time: (instant: number) => string;
  /** Who has an appointment with the practitioner at that time, where the page knows it. */
  holder: (slot: Slot) => string | null;
  /** Whose appointment it would be. */
  client: string | null;
}

/** Why a booking, a move or a cancellation was refused; null where only the server knows words for it. */
export function sentenceOf(problem: Problem, around: Around): string | null {
  if (problem.code === 'slot_taken') return taken(problem, around);
  const { words } = around;
  const plain = PLAIN[problem.code];
  return plain ? words[plain] : null;
}

/** Whom it hits: the practitioner, who has somebody then, or the client, who has to be elsewhere. */
function taken(problem: Problem, { words, time, holder, client }: Around): string | null {
  const slot = slotOf(problem);
  if (!slot) return null;
  const span = { from: time(slot.from), to: time(slot.to) };
  if (problem.text('party') === 'client' && client)
    return words.elsewhere({ name: client, ...span });
  const name = holder(slot);
  return name ? words.taken({ name, ...span }) : words.takenBySomeone(span);
}

type Plain = {
  [Key in keyof Words]: Words[Key] extends string ? Key : never;
}[keyof Words];

const PLAIN: Record<string, Plain> = {
  version_conflict: 'changed',
  not_allowed_now: 'begun',
  ended: 'begun',
  invalid: 'invalid',
  forbidden: 'forbidden',
  not_found: 'gone',
  unreachable: 'unreachable',
  unavailable: 'unreachable',
};

/** The time that is taken. */
export function slotOf(problem: Problem): Slot | null {
  const from = Date.parse(problem.text('starts_at') ?? '');
  const to = Date.parse(problem.text('ends_at') ?? '');
  return Number.isNaN(from) || Number.isNaN(to) ? null : { from, to };
}
