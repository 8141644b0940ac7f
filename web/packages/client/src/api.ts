import createClient, { type Client } from 'openapi-fetch';
import { ServerClock } from './clock.ts';
import { linkedServers } from './ice-links.ts';
import type { AskForToken, Identity } from './identity.ts';
import type {
  Appointment,
  CalendarFeed,
  AppointmentChange,
  AppointmentPage,
  AppointmentQuery,
  Booked,
  Booking,
  Client as Person,
  ClientChanges,
  ClientPage,
  ClientRequest,
  Config,
  Filled,
  Invitation,
  Joined,
  ListedInvitation,
  MediaGrant,
  OwnChanges,
  PractitionerCheck,
  PractitionerPage,
  PractitionerQuery,
  Redeemed,
  RequestPage,
  SentFile,
  Session,
  SessionPage,
  SessionQuery,
  Timeline,
  User,
  Wish,
  Word,
} from './model.ts';
import { asProblem, Problem } from './problem.ts';
import type { paths } from './schema.ts';
import { upload } from './upload.ts';

interface Restarted {
  answer: string;
  servers: RTCIceServer[];
}

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The canonical API, typed. Every call resolves with the answer or rejects with a {@link Problem}. */
export class Api {
  readonly #client: Client<paths>;
  /** What time it is there, by its answers. */
  readonly clock = new ServerClock();
  #refreshing: Promise<boolean> | null = null;

  readonly identity: Identity;
  /** The server's address, where the page comes from another one. */
  readonly base: string;
  readonly #ask: AskForToken | null;
  /** Whoever gives tokens gave none the last time. */
  #missed = false;
  /** Whether pages of this origin may read what the server answers: known once they have. */
  #isRead: boolean;

  /** @param ask gives a token, at first and when one is not taken any more; without, the server's refresh cookie does. */
  constructor(identity: Identity, base: string = location.origin, ask: AskForToken | null = null) {
    this.identity = identity;
    this.base = base;
    this.#ask = ask;
    this.#isRead = new URL(base).origin === location.origin;
    this.#client = createClient<paths>({
      baseUrl: base,
      fetch: (request) => this.#fetch(request),
    });
  }

  /** The routes themselves, for calls that not every page needs. */
  get routes(): Client<paths> {
    return this.#client;
  }

  config(): Promise<Config> {
    return settle(this.#client.GET('/api/v1/config'));
  }

  async login(email: string, password: string): Promise<User> {
    this.identity.forget();
    const tokens = await settle(
      this.#client.POST('/api/v1/auth/login', { body: { email, password } }),
    );
    this.identity.take(tokens.access_token, tokens.user);
    return tokens.user;
  }

  /** Where there is such an account, it gets a link by e-mail; the answer is the same where there is none. */
  async forgotPassword(email: string): Promise<void> {
    await settle(this.#client.POST('/api/v1/auth/password/forgotten', { body: { email } }));
  }

  /** Chooses a password by a link's secret, which is used up by it. */
  async choosePassword(token: string, password: string): Promise<void> {
    await settle(this.#client.POST('/api/v1/auth/password/choose', { body: { token, password } }));
  }

  /** Whether one's calendar has an address, which programs may subscribe to. */
  calendarFeed(): Promise<CalendarFeed> {
    return settle(this.#client.GET('/api/v1/me/calendar-feed'));
  }

  /** A new address, shown this once; the one before is void. */
  async renewCalendarFeed(names: boolean): Promise<string> {
    const call = this.#client.POST('/api/v1/me/calendar-feed', { body: { names } });
    return (await settle(call)).url;
  }

  async withdrawCalendarFeed(): Promise<void> {
    await settle(this.#client.DELETE('/api/v1/me/calendar-feed'));
  }

  /** Forgets who this tab is, whether or not the server hears of it. */
  async logout(): Promise<void> {
    // The cookie may be somebody else's, who signed in later in another tab.
    const { token } = this.identity;
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const farewell = settle(this.#client.POST('/api/v1/auth/logout', { headers }));
    this.identity.forget();
    await farewell.catch(() => undefined);
  }

  /** Whether the page gives the tokens. */
  get isGivenTokens(): boolean {
    return this.#ask !== null;
  }

  /**
   * Gets a new token, by the refresh cookie or from whoever gives them here: whether there is one. Concurrent calls share one
   * exchange. Rejects with a {@link Problem} when the page cannot give any.
   */
  refresh(): Promise<boolean> {
    this.#refreshing ??= (this.#ask ? this.#asked(this.#ask) : this.#exchanged()).finally(
      () => (this.#refreshing = null),
    );
    return this.#refreshing;
  }

  /** The token to call with; asked for where there has been none. */
  async token(): Promise<string | null> {
    if (this.#ask && !this.identity.token) await this.refresh();
    return this.identity.token;
  }

  /** A page may ask this server itself; where it may not read it, that is to be mended first. */
  async #notGiven(cause: unknown): Promise<never> {
    throw (await this.#refusal()) ?? this.#noToken(cause);
  }

  /** The console is told once, until there is one again. */
  #noToken(cause: unknown): Problem {
    const problem = Problem.noToken(cause);
    if (!this.#missed) console.error(problem.message, cause);
    this.#missed = true;
    return problem;
  }

  #exchanged(): Promise<boolean> {
    // The cookie is somebody's with an account here, and who came by a token or a link has none.
    if (this.identity.token && !this.identity.user) return Promise.resolve(false);
    return settle(this.#client.POST('/api/v1/auth/refresh')).then(
      (tokens) => this.identity.renew(tokens),
      () => false,
    );
  }

  async #asked(ask: AskForToken): Promise<boolean> {
    const before = this.identity.token;
    // Not at once where it throws at once.
    const given = await Promise.resolve()
      .then(ask)
      .then(checked)
      .catch((cause) => this.#notGiven(cause));
    this.identity.take(given, null);
    this.#missed = false;
    return given !== before;
  }

  /** Changes one's own account, as the tab knows it from then on; what is left out stays. */
  async changeMe(changes: OwnChanges): Promise<User> {
    const user = await settle(this.#client.PATCH('/api/v1/me', { body: changes }));
    if (this.identity.token) this.identity.take(this.identity.token, user);
    return user;
  }

  /** Whom the caller may book for. */
  practitioners(query: PractitionerQuery = {}): Promise<PractitionerPage> {
    return settle(this.#client.GET('/api/v1/practitioners', { params: { query } }));
  }

  appointments(query: AppointmentQuery): Promise<AppointmentPage> {
    return settle(this.#client.GET('/api/v1/appointments', { params: { query } }));
  }

  sessions(query: SessionQuery): Promise<SessionPage> {
    return settle(this.#client.GET('/api/v1/sessions', { params: { query } }));
  }

  appointment(id: string): Promise<Appointment> {
    return settle(this.#client.GET('/api/v1/appointments/{id}', at(id)));
  }

  /** Books; a repeat with the same key books nothing more. */
  book(body: Booking, key: string): Promise<Booked> {
    const params = { header: { 'Idempotency-Key': key } };
    return settle(this.#client.POST('/api/v1/appointments', { params, body }));
  }

  /** Moves, changes the terms, or takes a cancellation back. A passcode that was switched on is told this once. */
  changeAppointment(id: string, body: AppointmentChange): Promise<Booked> {
    return settle(this.#client.PATCH('/api/v1/appointments/{id}', { ...at(id), body }));
  }

  cancelAppointment(id: string, reason?: string): Promise<Appointment> {
    const body = reason ? { reason } : {};
    return settle(this.#client.POST('/api/v1/appointments/{id}/cancel', { ...at(id), body }));
  }

  changeClient(id: string, body: ClientChanges): Promise<Person> {
    return settle(this.#client.PATCH('/api/v1/clients/{id}', { ...at(id), body }));
  }

  /** Those whom the caller may book for, page by page. */
  clientPage(
    query: { q?: string; cursor?: string; limit?: number },
    signal?: AbortSignal,
  ): Promise<ClientPage> {
    return settle(this.#client.GET('/api/v1/clients', { params: { query }, signal }));
  }

  client(id: string): Promise<Person> {
    return settle(this.#client.GET('/api/v1/clients/{id}', at(id)));
  }

  createClient(name: string, email?: string): Promise<Person> {
    const body = email ? { name, email } : { name };
    return settle(this.#client.POST('/api/v1/clients', { body }));
  }

  /** Off the lists; what has not begun is cancelled by it. */
  async deleteAppointment(id: string): Promise<void> {
    await settle(this.#client.DELETE('/api/v1/appointments/{id}', at(id)));
  }

  /** Whether the passcode is right; it need not be given again then. */
  async verifyPasscode(sessionId: string, passcode: string): Promise<void> {
    const options = { ...at(sessionId), body: { passcode } };
    await settle(this.#client.POST('/api/v1/sessions/{id}/passcode/verify', options));
  }

  /** The new passcode; the old one is void. */
  async renewPasscode(sessionId: string): Promise<string> {
    const call = this.#client.POST('/api/v1/sessions/{id}/passcode', at(sessionId));
    return (await settle(call)).passcode;
  }

  async redeem(token: string, name?: string): Promise<Redeemed> {
    const redeemed = await settle(
      this.#client.POST('/api/v1/invitations/redeem', { body: { token, name } }),
    );
    this.identity.take(redeemed.access_token, null, true);
    return redeemed;
  }

  /** Comes by a session's passcode, without an account; whoever does waits to be let in. */
  async comeByCode(session_id: string, passcode: string, name: string): Promise<Redeemed> {
    const redeemed = await settle(
      this.#client.POST('/api/v1/invitations/code', { body: { session_id, passcode, name } }),
    );
    this.identity.take(redeemed.access_token, null, true);
    return redeemed;
  }

  session(id: string, signal?: AbortSignal): Promise<Session> {
    return settle(this.#client.GET('/api/v1/sessions/{id}', { ...at(id), signal }));
  }

  timeline(id: string): Promise<Timeline> {
    return settle(this.#client.GET('/api/v1/sessions/{id}/timeline', at(id)));
  }

  join(
    id: string,
    body: { passcode?: string; offer?: string },
    signal?: AbortSignal,
  ): Promise<Joined> {
    return settle(this.#client.POST('/api/v1/sessions/{id}/join', { ...at(id), body, signal }));
  }

  admit(id: string, participant: string): Promise<Session> {
    const body = { participant_id: participant };
    return settle(this.#client.POST('/api/v1/sessions/{id}/admit', { ...at(id), body }));
  }

  deny(id: string, participant: string): Promise<Session> {
    const body = { participant_id: participant };
    return settle(this.#client.POST('/api/v1/sessions/{id}/deny', { ...at(id), body }));
  }

  remove(id: string, participant: string): Promise<Session> {
    const body = { participant_id: participant };
    return settle(this.#client.POST('/api/v1/sessions/{id}/remove', { ...at(id), body }));
  }

  /** Tells all who wait something, in place of what was told before. */
  tell(id: string, word: Word): Promise<Session> {
    return settle(this.#client.PUT('/api/v1/sessions/{id}/word', { ...at(id), body: word }));
  }

  takeBack(id: string): Promise<Session> {
    return settle(this.#client.DELETE('/api/v1/sessions/{id}/word', at(id)));
  }

  /** Whether those who wait may write to the practitioner. */
  openDoorChat(id: string, open: boolean): Promise<Session> {
    return settle(
      this.#client.PUT('/api/v1/sessions/{id}/door-chat', { ...at(id), body: { open } }),
    );
  }

  /** Writes through the door of the waiting room; the practitioner says to whom. */
  sayAtDoor(id: string, text: string, participant: string | null = null): Promise<Session> {
    const body = { text, participant_id: participant };
    return settle(this.#client.POST('/api/v1/sessions/{id}/door-chat', { ...at(id), body }));
  }

  extend(id: string, minutes: number): Promise<Session> {
    return settle(
      this.#client.POST('/api/v1/sessions/{id}/extend', { ...at(id), body: { minutes } }),
    );
  }

  /** Goes on by telephone, by the practitioner's word; the client is shown the practitioner's number where that is wanted. */
  goOnByPhone(id: string, show_practitioner: boolean): Promise<Session> {
    const body = { show_practitioner };
    return settle(this.#client.POST('/api/v1/sessions/{id}/phone', { ...at(id), body }));
  }

  backToVideo(id: string): Promise<Session> {
    return settle(this.#client.DELETE('/api/v1/sessions/{id}/phone', at(id)));
  }

  async leave(id: string, signal?: AbortSignal): Promise<void> {
    const options = { ...at(id), signal, keepalive: true };
    await settle(this.#client.POST('/api/v1/sessions/{id}/leave', options));
  }

  end(id: string, signal?: AbortSignal): Promise<Session> {
    // keepalive: the wish to end outlives a tab that is closed right after the click.
    const options = { ...at(id), body: {}, signal, keepalive: true };
    return settle(this.#client.POST('/api/v1/sessions/{id}/end', options));
  }

  /** Notes that cannot be read are left out: nothing is written in their place. */
  saveNotes(
    id: string,
    notes: string | undefined,
    quality_rating: number | null,
  ): Promise<Session> {
    const body = quality_rating === null ? { notes } : { notes, quality_rating };
    return settle(this.#client.PUT('/api/v1/sessions/{id}/notes', { ...at(id), body }));
  }

  rate(id: string, rating: number, comment?: string): Promise<Session> {
    const body = comment ? { rating, comment } : { rating };
    return settle(this.#client.PUT('/api/v1/sessions/{id}/rating', { ...at(id), body }));
  }

  /** A link that lets somebody without an account into the appointment's session; it is told this once. */
  invite(appointment: string, role: 'client' | 'guest', name?: string): Promise<Invitation> {
    return settle(
      this.#client.POST('/api/v1/appointments/{id}/invitations', {
        ...at(appointment),
        body: { role, name },
      }),
    );
  }

  /** What lets somebody into the appointment's session without an account. */
  async invitations(appointment: string): Promise<ListedInvitation[]> {
    const list = this.#client.GET('/api/v1/appointments/{id}/invitations', at(appointment));
    return (await settle(list)).items;
  }

  /** Withdraws it; with one of the client's, all that are. Whoever came by it is out. */
  async withdrawInvitation(appointment: string, invitation: string): Promise<void> {
    const params = { path: { id: appointment, invitation } };
    await settle(
      this.#client.DELETE('/api/v1/appointments/{id}/invitations/{invitation}', { params }),
    );
  }

  requests(query: { cursor?: string; limit?: number } = {}): Promise<RequestPage> {
    return settle(this.#client.GET('/api/v1/requests', { params: { query } }));
  }

  request(id: string): Promise<ClientRequest> {
    return settle(this.#client.GET('/api/v1/requests/{id}', at(id)));
  }

  /** Asks to be seen now; a repeat with the same key asks nothing more. */
  ask(body: Wish, key: string): Promise<ClientRequest> {
    const params = { header: { 'Idempotency-Key': key } };
    return settle(this.#client.POST('/api/v1/requests', { params, body }));
  }

  /** Takes back what nobody has accepted yet. */
  withdrawRequest(id: string): Promise<ClientRequest> {
    return settle(this.#client.POST('/api/v1/requests/{id}/cancel', at(id)));
  }

  /** Takes a request; its session begins now and has the request's id. */
  acceptRequest(id: string): Promise<Session> {
    return settle(this.#client.POST('/api/v1/requests/{id}/accept', at(id)));
  }

  /** Why a practitioner sees the requests that they see. */
  requestFlow(practitioner: string): Promise<PractitionerCheck> {
    return settle(this.#client.GET('/api/v1/support/practitioners/{id}', at(practitioner)));
  }

  me(): Promise<User> {
    return settle(this.#client.GET('/api/v1/me'));
  }

  /** ICE restart of a running media connection: full new offer in, full answer out, and relays with fresh credentials. */
  async restartMedia(grant: MediaGrant, offer: string, signal?: AbortSignal): Promise<Restarted> {
    if (!grant.resource) throw new Problem('not_found', 404, 'There is no media connection yet.');
    const headers = {
      'Content-Type': 'application/sdp',
      Authorization: `Bearer ${grant.token}`,
    };
    const url = new URL(grant.resource, this.base);
    const response = await fetch(url, { method: 'PATCH', headers, body: offer, signal }).catch(
      (cause) => Promise.reject(Problem.unreachable(cause)),
    );
    if (!response.ok)
      throw Problem.fromBody(response.status, await response.json().catch(() => null));
    const answer = await response.text().catch((cause) => Promise.reject(asProblem(cause)));
    return { answer, servers: linkedServers(response.headers.get('Link')) };
  }

  /** Sends a picture or PDF to everybody in the call; `progress` goes from 0 to 1. */
  async sendFile(session: string, file: File, progress: (part: number) => void): Promise<SentFile> {
    const url = new URL(`/api/v1/sessions/${session}/files`, this.base);
    const send = async () => upload(url, fileHeaders(file, await this.token()), file, progress);
    let answer = await send();
    if (answer.status === 401 && (await this.refresh())) answer = await send();
    if (answer.status === 201) return answer.body as SentFile;
    throw Problem.fromBody(answer.status, answer.body);
  }

  /** A file of the chat, by the id of its message. */
  async file(session: string, file: string): Promise<Blob> {
    const params = { path: { id: session, file } };
    const options = { params, parseAs: 'blob' } as const;
    const blob: unknown = await settle(
      this.#client.GET('/api/v1/sessions/{id}/files/{file}', options),
    );
    return blob as Blob;
  }

  /** Sends with the token; on 401 refreshes it once and sends again. */
  async #fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname.includes('/auth/')) return this.#send(request);
    const again = request.clone();
    const response = await this.#send(request);
    if (response.status !== 401 || !(await this.refresh())) return response;
    return this.#send(again);
  }

  async #send(request: Request): Promise<Response> {
    const token = await this.token();
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(request).catch((cause) => this.#failed(request, cause));
    this.#isRead = true;
    this.clock.hear(response.headers.get('date'));
    return response;
  }

  async #failed({ signal }: Request, cause: unknown): Promise<never> {
    if (signal.aborted) throw cause;
    throw (await this.#refusal()) ?? cause;
  }

  /** Null also where an answer was read before. */
  async #refusal(): Promise<Problem | null> {
    if (this.#isRead) return null;
    const { refusalOf } = await import('./origin.ts');
    return refusalOf(this.base);
  }
}

/** A page may give whatever its own server has answered. */
function checked(given: unknown): string {
  if (typeof given !== 'string')
    throw new TypeError(`It gave ${typeof given} in place of a string.`);
  if (!/^[\x21-\x7e]+$/.test(given)) throw new TypeError('What it gave is no token.');
  return given;
}

function fileHeaders({ name }: File, token: string | null): Record<string, string> {
  return {
    'Content-Type': 'application/octet-stream',
    'X-File-Name': encodeURIComponent(name.toWellFormed?.() ?? name),
    ...(token && { Authorization: `Bearer ${token}` }),
  };
}

function at(id: string) {
  return { params: { path: { id } } };
}

/** What a route answered with; rejects with a {@link Problem}. */
export async function settle<T>(call: Promise<Outcome<T>>): Promise<Filled<T>> {
  const { data, error, response } = await call.catch((thrown) => Promise.reject(asProblem(thrown)));
  if (response.ok) return data as Filled<T>;
  throw Problem.fromBody(response.status, error);
}
