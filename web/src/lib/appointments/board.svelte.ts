import { asProblem, type Appointment, type Problem, type Session } from '@openvisit/client';
import { api, realtime } from '$lib/openvisit.svelte';
import { startOfDay } from '$lib/time';
import { waiting } from '$lib/words';

const PAGE = 50;

/** The appointments from today on, kept up to date by the realtime channel. */
export class Board {
  appointments = $state<Appointment[]>([]);
  problem = $state<Problem | null>(null);
  loaded = $state(false);
  more = $state<string | null>(null);
  /** Live sessions by id, as far as the server has told of them. */
  #sessions = $state<Record<string, Session>>({});
  #realtime = realtime({
    session: (event, session) => this.#heard(event, session),
    // What was missed while the channel was down.
    link: (up) => up && this.loaded && this.load(),
  });

  async load(): Promise<void> {
    const from = new Date(startOfDay(Date.now())).toISOString();
    await this.#fetch({ from, limit: PAGE }, []);
  }

  async loadMore(): Promise<void> {
    if (!this.more) return;
    const from = new Date(startOfDay(Date.now())).toISOString();
    await this.#fetch({ from, limit: PAGE, cursor: this.more }, this.appointments);
  }

  waitingFor(appointment: Appointment) {
    return waiting(this.#sessions[appointment.session_id] ?? null);
  }

  async admit(appointment: Appointment, participantId: string): Promise<void> {
    try {
      this.#keep(await api.admit(appointment.session_id, participantId));
      this.problem = null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  close(): void {
    this.#realtime.close();
  }

  async #fetch(query: Parameters<typeof api.appointments>[0], before: Appointment[]) {
    try {
      const { items, next_cursor } = await api.appointments(query);
      this.appointments = [...before, ...items];
      this.more = next_cursor ?? null;
      this.problem = null;
      this.loaded = true;
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  #heard(event: string, session: Session): void {
    this.#keep(session);
    const known = this.appointments.some((it) => it.session_id === session.id);
    if (this.loaded && (!known || event === 'booked' || event === 'moved')) void this.load();
  }

  #keep(session: Session): void {
    this.#sessions[session.id] = session;
    const appointment = this.appointments.find((it) => it.session_id === session.id);
    if (appointment) appointment.status = session.status;
  }
}
