import { asProblem, type Appointment } from '@openvisit/client';
import { t } from '$lib/i18n';
import { serverNow } from '$lib/now.svelte';
import { refusal } from '$lib/refusals';
import { toast } from '$lib/ui/toast.svelte';
import { nameOf } from '$lib/words';
import type { Diary, Draft } from './diary.svelte';
import { clamp, shifted } from './draft';
import { canMove } from './permissions';
import { whoseIs, whyNotAfterLooking } from './why-not';
import { lengthOf, shortWhen } from './wording';

/** How long arrow keys may rest before the server is told where they came to. */
const SETTLED_MS = 700;

interface Settling {
  timer: ReturnType<typeof setTimeout>;
  save: () => void;
}

/** Moves appointments: drawn at once, put back when the server refuses, and to be undone. */
export class Mover {
  readonly #settling = new Map<string, Settling>();

  constructor(
    readonly diary: Diary,
    readonly zone: string,
    /** Shows the days to which an appointment went that was on the page. */
    readonly follow: (moved: Appointment) => void,
  ) {}

  /** After a drag; to nowhere where the wall has no such time. */
  async move(id: string, to: Draft | null): Promise<void> {
    const before = this.diary.find(id);
    if (!before) return;
    if (!to) return this.#refuse(t.calendar.refused.noSuchTime);
    if (to.startsAt < serverNow() && to.startsAt !== Date.parse(before.starts_at))
      return this.#refuse(t.calendar.refused.past, id);
    this.diary.draw(id, to);
    await this.#save(before, to);
  }

  /** By the keyboard: the server is told when the keys rest. */
  nudge(id: string, by: { minutes?: number; days?: number; longer?: number }): void {
    const drawn = this.diary.find(id);
    if (!drawn || !canMove(drawn)) return;
    const from = Date.parse(drawn.starts_at);
    const startsAt = by.longer ? from : shifted(from, by, this.zone);
    if (startsAt === null) return this.#refuse(t.calendar.refused.noSuchTime);
    if (!by.longer && startsAt < serverNow()) return this.#refuse(t.calendar.refused.past);
    const minutes = by.longer ? clamp(drawn.duration_minutes + by.longer) : drawn.duration_minutes;
    this.#settle(id, { startsAt, minutes });
  }

  /** Whoever leaves the page meant the keys all the same. */
  close(): void {
    for (const { timer, save } of [...this.#settling.values()]) {
      clearTimeout(timer);
      save();
    }
  }

  #settle(id: string, to: Draft): void {
    const saved = this.diary.saved(id);
    if (!saved) return;
    clearTimeout(this.#settling.get(id)?.timer);
    this.diary.draw(id, to);
    // What has left the page takes no more keys.
    const rest = this.diary.shows(to.startsAt) ? SETTLED_MS : 0;
    const save = () => {
      this.#settling.delete(id);
      void this.#save(saved, to);
    };
    this.#settling.set(id, { timer: setTimeout(save, rest), save });
  }

  async #save(before: Appointment, to: Draft): Promise<void> {
    try {
      const changed = await this.#send(before.id, to);
      const back = {
        startsAt: Date.parse(before.starts_at),
        minutes: before.duration_minutes,
      };
      if (back.startsAt === to.startsAt && back.minutes === to.minutes) return;
      toast.show(said(before, changed), () => void this.#undo(before, back));
    } catch (thrown) {
      await this.#explain(before, thrown);
    }
  }

  async #undo(before: Appointment, back: Draft): Promise<void> {
    this.diary.draw(before.id, back);
    try {
      await this.#send(before.id, back);
      toast.show(t.calendar.done.undone);
    } catch (thrown) {
      await this.#explain(before, thrown);
    }
  }

  async #send(id: string, { startsAt, minutes }: Draft): Promise<Appointment> {
    const changed = await this.diary.change(id, {
      starts_at: new Date(startsAt).toISOString(),
      duration_minutes: minutes,
    });
    if (!this.diary.shows(startsAt)) this.follow(changed);
    return changed;
  }

  async #explain(before: Appointment, thrown: unknown): Promise<void> {
    const problem = asProblem(thrown);
    const known = await whyNotAfterLooking(problem, whoseIs(before), this.diary);
    const reason = known ?? refusal(problem).title;
    toast.show(t.calendar.refused.putBack({ reason }));
  }

  /** Draws it where it was: the library has let it lie where it was dropped. */
  #refuse(reason: string, id?: string): void {
    if (id) this.diary.redraw();
    toast.show(reason);
  }
}

function said(before: Appointment, after: Appointment): string {
  const name = nameOf(after, 'client');
  return before.starts_at === after.starts_at
    ? t.calendar.done.resized({ name, length: lengthOf(after.duration_minutes) })
    : t.calendar.done.moved({ name, when: shortWhen(Date.parse(after.starts_at)) });
}
