import createClient, { type Client } from 'openapi-fetch';
import type { Identity } from './identity';
import type {
  AppointmentPage,
  Config,
  Filled,
  Invitation,
  Joined,
  MediaGrant,
  Redeemed,
  Session,
  User,
} from './model';
import { asProblem, Problem } from './problem';
import type { paths } from './schema';

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The canonical API, typed. Every call resolves with the answer or rejects with a {@link Problem}. */
export class Api {
  readonly #client: Client<paths>;
  #refreshing: Promise<boolean> | null = null;

  constructor(
    readonly identity: Identity,
    /** The server's address, where the page comes from another one. */
    readonly base: string = location.origin,
  ) {
    this.#client = createClient<paths>({
      baseUrl: base,
      fetch: (request) => this.#fetch(request),
    });
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

  /** Forgets who this tab is, whether or not the server hears of it. */
  async logout(): Promise<void> {
    const farewell = settle(this.#client.POST('/api/v1/auth/logout'));
    this.identity.forget();
    await farewell.catch(() => undefined);
  }

  /** Exchanges the refresh cookie for a new access token; concurrent calls share one exchange. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= settle(this.#client.POST('/api/v1/auth/refresh'))
      .then(
        (tokens) => this.identity.renew(tokens),
        () => false,
      )
      .finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  appointments(query: {
    from?: string;
    to?: string;
    cursor?: string;
    limit?: number;
  }): Promise<AppointmentPage> {
    return settle(this.#client.GET('/api/v1/appointments', { params: { query } }));
  }

  async redeem(token: string, name?: string): Promise<Redeemed> {
    const redeemed = await settle(
      this.#client.POST('/api/v1/invitations/redeem', { body: { token, name } }),
    );
    this.identity.take(redeemed.access_token, null);
    return redeemed;
  }

  session(id: string): Promise<Session> {
    return settle(this.#client.GET('/api/v1/sessions/{id}', at(id)));
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

  extend(id: string, minutes: number): Promise<Session> {
    return settle(
      this.#client.POST('/api/v1/sessions/{id}/extend', { ...at(id), body: { minutes } }),
    );
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

  saveNotes(id: string, notes: string, quality_rating: number | null): Promise<Session> {
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

  /** ICE restart of a running media connection: full new offer in, full answer out. */
  async restartMedia(grant: MediaGrant, offer: string, signal?: AbortSignal): Promise<string> {
    if (!grant.resource) throw new Problem('not_found', 404, 'There is no media connection yet.');
    const headers = {
      'Content-Type': 'application/sdp',
      Authorization: `Bearer ${grant.token}`,
    };
    const url = new URL(grant.resource, this.base);
    const response = await fetch(url, { method: 'PATCH', headers, body: offer, signal }).catch(
      (cause) => Promise.reject(Problem.unreachable(cause)),
    );
    if (response.ok) return response.text();
    throw Problem.fromBody(response.status, await response.json().catch(() => null));
  }

  /** Sends with the token; on 401 refreshes it once and sends again. */
  async #fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname.includes('/auth/')) return fetch(this.#signed(request));
    const again = request.clone();
    const response = await fetch(this.#signed(request));
    if (response.status !== 401 || !(await this.refresh())) return response;
    return fetch(this.#signed(again));
  }

  #signed(request: Request): Request {
    const { token } = this.identity;
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  }
}

function at(id: string) {
  return { params: { path: { id } } };
}

async function settle<T>(call: Promise<Outcome<T>>): Promise<Filled<T>> {
  const { data, error, response } = await call.catch((thrown) => Promise.reject(asProblem(thrown)));
  if (response.ok) return data as Filled<T>;
  throw Problem.fromBody(response.status, error);
}
