import {
  allOf,
  asProblem,
  type Appointment,
  type AppointmentChange,
  type Booked,
  type Practitioner,
  type Problem,
  type User,
} from '@openvisit/client';
import { untrack } from 'svelte';
import { api } from '$lib/openvisit.svelte';
import { live } from '$lib/shell/live.svelte';
import { Resource } from '$lib/ui/resource.svelte';
import type { Slot } from './conflicts';

const PAGE = 100;
/** No appointment takes longer: who asks what is on then asks for what began so long before. */
const LONGEST_MS = 24 * 60 * 60_000;
/** The channel tells parties only: reception asks by itself. */
const ASK_AGAIN_MS = 30_000;

/** Whose calendar it is. */
export type Colleague = Pick<Practitioner, 'id' | 'name'>;

/** Where an appointment is drawn before the server has said yes. */
export interface Draft {
  startsAt: number;
  minutes: number;
}

interface Range {
  from: string;
  to: string;
}

/** The appointments of the days that are shown, kept up to date. */
export class Diary {
  readonly forOthers: boolean;

  readonly #shown = new Resource(() => this.#ask());
  /** Whether anything was ever shown. */
  readonly loaded = $derived(this.#shown.value !== null);
  readonly practitioners = $derived<Colleague[]>(this.#shown.value?.practitioners ?? []);
  readonly #known = $derived<Appointment[]>(this.#shown.value?.appointments ?? []);
  #drafts = $state.raw<ReadonlyMap<string, Draft>>(new Map());
  #range: Range | null = null;
  /** Of days that are not shown: forms book on any day. */
  #aside = $state.raw<Appointment[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #stops: (() => void)[];

  constructor(readonly user: User) {
    this.forOthers = user.roles.includes('assistant');
    this.#stops = [live.listen(() => this.#soon()), live.onReturn(() => void this.load())];
    if (this.forOthers) this.#stops.push(this.#askAgain());
  }

  /** As the page draws them: with what was moved, though the server has not confirmed it yet. */
  appointments = $derived(this.#known.map((it) => this.#drawn(it)));

  /** All that the page has heard of. */
  readonly known = $derived([
    ...this.appointments,
    ...this.#aside.filter(({ id }) => !this.#known.some((it) => it.id === id)),
  ]);

  get problem(): Problem | null {
    return this.#shown.problem;
  }

  get loading(): boolean {
    return this.#shown.busy;
  }

  /** Goes to other days; what is shown now stays until they are there. */
  async show(range: Range): Promise<void> {
    this.#range = range;
    // Whoever shows something in an effect does not want it again when that has come.
    await untrack(() => this.load());
  }

  async load(): Promise<void> {
    if (this.#range) await this.#shown.refresh();
  }

  find(id: string): Appointment | null {
    return this.appointments.find((it) => it.id === id) ?? null;
  }

  /** Whether these days are on the page. */
  shows(instant: number): boolean {
    if (!this.#range) return false;
    return Date.parse(this.#range.from) <= instant && instant < Date.parse(this.#range.to);
  }

  /** Makes these instants known too, where they are not on the page; what cannot be had stays unknown. */
  async look({ from, to }: Slot): Promise<void> {
    if (this.shows(from) && this.shows(to - 1)) return;
    const range = {
      from: new Date(from - LONGEST_MS).toISOString(),
      to: new Date(to).toISOString(),
    };
    this.#aside = await this.#all(range).catch(() => []);
  }

  /** As the server has it. */
  saved(id: string): Appointment | null {
    return this.#known.find((it) => it.id === id) ?? null;
  }

  /** Draws everything anew. */
  redraw(): void {
    this.#put([...this.#known]);
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
  async change(id: string, change: AppointmentChange): Promise<Booked> {
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

  /** Off all lists, as the practice's own program deletes. */
  async remove(id: string): Promise<void> {
    await api.deleteAppointment(id);
    this.#put(this.#known.filter((it) => it.id !== id));
  }

  async cancel(id: string, reason: string): Promise<Appointment> {
    const cancelled = await api.cancelAppointment(id, reason);
    this.keep(cancelled);
    return cancelled;
  }

  /** What the server answered with is newer than what the page has. */
  keep(appointment: Appointment): void {
    const others = this.#known.filter(({ id }) => id !== appointment.id);
    this.#put([...others, appointment].sort((a, b) => a.starts_at.localeCompare(b.starts_at)));
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
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

  #put(appointments: Appointment[]): void {
    const shown = this.#shown.value;
    if (shown) this.#shown.value = { ...shown, appointments };
  }

  async #ask(): Promise<{ appointments: Appointment[]; practitioners: Colleague[] }> {
    const [booked, practitioners] = await Promise.all([this.#all(this.#range), this.#whose()]);
    return { appointments: withKept(booked, this.#known), practitioners };
  }

  async #all(range: Range | null): Promise<Appointment[]> {
    const all = await allOf((cursor) => api.appointments({ ...range, limit: PAGE, cursor }));
    const kept = all.filter(({ deleted_at }) => !deleted_at);
    return this.forOthers ? kept : kept.filter((it) => it.practitioner_id === this.user.id);
  }

  /** They seldom change: asked for once. */
  async #whose(): Promise<Colleague[]> {
    if (!this.forOthers) return [{ id: this.user.id, name: this.user.name }];
    if (this.practitioners.length > 0) return this.practitioners;
    return allOf((cursor) => api.practitioners({ limit: PAGE, cursor }));
  }

  #askAgain(): () => void {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.load();
    }, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }

  /** One change makes several events. */
  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), 200);
  }
}

/** The old ones where nothing changed: what is the same is not drawn again. */
function withKept(fresh: Appointment[], old: Appointment[]): Appointment[] {
  const known = new Map(old.map((it) => [it.id, it]));
  const kept = fresh.map((it) => {
    const before = known.get(it.id);
    return before?.version === it.version ? before : it;
  });
  const isSame = kept.length === old.length && kept.every((it, at) => it === old[at]);
  return isSame ? old : kept;
}
