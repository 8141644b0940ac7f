import {
  asProblem,
  type Appointment,
  type AppointmentChange,
  type Practitioner,
  type Problem,
  type User,
} from '@openvisit/client';
import { api, realtime } from '$lib/openvisit.svelte';

const PAGE = 100;

/** Whose calendar it is. */
export type Colleague = Pick<Practitioner, 'id' | 'name'>;

/** Where an appointment is drawn before the server has said yes. */
export interface Draft {
  startsAt: number;
  minutes: number;
}

/** The appointments of the days that are shown, kept up to date by the realtime channel. */
export class Diary {
  problem = $state.raw<Problem | null>(null);
  /** Whether anything was ever shown, and whether these days are. */
  loaded = $state(false);
  loading = $state(false);
  online = $state(true);
  practitioners = $state.raw<Colleague[]>([]);
  readonly forOthers: boolean;

  #known = $state.raw<Appointment[]>([]);
  #drafts = $state.raw<ReadonlyMap<string, Draft>>(new Map());
  #range: { from: string; to: string } | null = null;
  #newest = 0;
  #realtime = realtime({
    session: () => this.#soon(),
    // What was missed while the channel was down.
    link: (up) => {
      this.online = up;
      if (up && this.loaded) void this.load();
    },
  });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly user: User) {
    this.forOthers = user.roles.includes('assistant');
  }

  /** As the page draws them: with what was moved, though the server has not confirmed it yet. */
  appointments = $derived(this.#known.map((it) => this.#drawn(it)));

  async show(range: { from: string; to: string }): Promise<void> {
    this.#range = range;
    await this.load();
  }

  async load(): Promise<void> {
    if (!this.#range) return;
    const turn = ++this.#newest;
    this.loading = true;
    try {
      const [known, practitioners] = await Promise.all([this.#all(this.#range), this.#whose()]);
      // Somebody has gone on to other days in the meantime.
      if (turn !== this.#newest) return;
      this.#known = known;
      this.practitioners = practitioners;
      this.problem = null;
      this.loaded = true;
    } catch (thrown) {
      if (turn === this.#newest) this.problem = asProblem(thrown);
    } finally {
      if (turn === this.#newest) this.loading = false;
    }
  }

  find(id: string): Appointment | null {
    return this.appointments.find((it) => it.id === id) ?? null;
  }

  /** As the server has it. */
  saved(id: string): Appointment | null {
    return this.#known.find((it) => it.id === id) ?? null;
  }

  /** Draws everything anew. */
  redraw(): void {
    this.#known = [...this.#known];
  }

  draw(id: string, draft: Draft): void {
    this.#drafts = new Map(this.#drafts).set(id, draft);
  }

  /** Back to where the server has it. */
  putBack(id: string): void {
    const drafts = new Map(this.#drafts);
    drafts.delete(id);
    this.#drafts = drafts;
  }

  /** Changes it at the server; refuses with a Problem, and then it is drawn as it was. */
  async change(id: string, change: AppointmentChange): Promise<Appointment> {
    try {
      const changed = await api.changeAppointment(id, {
        ...change,
        version: this.saved(id)?.version,
      });
      this.keep(changed);
      return changed;
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code === 'version_conflict') void this.load();
      throw problem;
    } finally {
      this.putBack(id);
    }
  }

  async cancel(id: string, reason: string): Promise<Appointment> {
    const cancelled = await api.cancelAppointment(id, reason);
    this.keep(cancelled);
    return cancelled;
  }

  /** What the server answered with is newer than what the page has. */
  keep(appointment: Appointment): void {
    const others = this.#known.filter(({ id }) => id !== appointment.id);
    this.#known = [...others, appointment].sort((a, b) => a.starts_at.localeCompare(b.starts_at));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#realtime.close();
  }

  #drawn(appointment: Appointment): Appointment {
    const draft = this.#drafts.get(appointment.id);
    if (!draft) return appointment;
    return {
      ...appointment,
      starts_at: new Date(draft.startsAt).toISOString(),
      ends_at: new Date(draft.startsAt + draft.minutes * 60_000).toISOString(),
      duration_minutes: draft.minutes,
    };
  }

  async #all(range: { from: string; to: string }): Promise<Appointment[]> {
    const all: Appointment[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.appointments({ ...range, limit: PAGE, cursor });
      all.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return this.forOthers ? all : all.filter((it) => it.practitioner_id === this.user.id);
  }

  /** They seldom change: asked for once. */
  async #whose(): Promise<Colleague[]> {
    if (!this.forOthers) return [{ id: this.user.id, name: this.user.name }];
    if (this.practitioners.length > 0) return this.practitioners;
    return (await api.practitioners({ limit: PAGE })).items;
  }

  /** One change makes several events. */
  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), 200);
  }
}
