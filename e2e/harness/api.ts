// The server's API, to see what the database holds after what was clicked.

import type { Server } from './server.ts';

export const DEMO_PASSWORD = 'openvisit-demo';
export const NEWCOMER_PASSWORD = 'a-long-enough-password';

export interface Participant {
  id: string;
  role: string;
  state: string;
  connected: boolean;
  connected_seconds: number;
}

export interface Session {
  appointment_id: string;
  id: string;
  status: string;
  outcome: string | null;
  media_provider: string;
  ended_by: string | null;
  started_at: string | null;
  ended_at: string | null;
  duration_seconds: number | null;
  attendee_seconds: number;
  by_phone: { since: string; shows_practitioner: boolean } | null;
  phone_seconds: number;
  notes: string | null;
  quality_rating: number | null;
  client: { id: string };
  participants: Participant[];
}

/** An account, as a program uses it. */
export class Account {
  private constructor(
    private readonly server: Server,
    private readonly token: string,
    readonly id: string,
  ) {}

  /** A demo account. */
  static async logIn(server: Server, role: 'doctor' | 'patient' | 'admin'): Promise<Account> {
    return Account.signIn(server, `${role}@demo.test`, DEMO_PASSWORD);
  }

  static async signIn(server: Server, email: string, password: string): Promise<Account> {
    const response = await send(server, 'POST', '/auth/login', { email, password });
    const { access_token, user } = (await response.json()) as { access_token: string; user: { id: string } };
    return new Account(server, access_token, user.id);
  }

  /** What the realtime handshake takes. */
  get auth(): { token: string } {
    return { token: this.token };
  }

  /** An administrator makes an account for a practitioner whom nobody knows. */
  async newcomer(server: Server, practitioner: { accepts_requests?: boolean } = {}): Promise<Account> {
    const [email, password] = ['newcomer@demo.test', NEWCOMER_PASSWORD];
    await this.post('/users', { email, password, name: 'Dr. New', roles: ['practitioner'], practitioner });
    return Account.signIn(server, email, password);
  }

  /** An administrator makes an account for a client who has no appointments yet. */
  async newClient(server: Server): Promise<Account> {
    const [email, password] = ['client@demo.test', NEWCOMER_PASSWORD];
    await this.post('/users', { email, password, name: 'Robin Free', roles: ['client'] });
    return Account.signIn(server, email, password);
  }

  async session(id: string): Promise<Session> {
    return this.get<Session>(`/sessions/${id}`);
  }

  async get<T>(path: string): Promise<T> {
    return (await send(this.server, 'GET', path, undefined, this.token)).json() as Promise<T>;
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return (await send(this.server, 'POST', path, body, this.token)).json() as Promise<T>;
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return (await send(this.server, 'PATCH', path, body, this.token)).json() as Promise<T>;
  }
}

async function send(server: Server, method: string, path: string, body: unknown, token?: string): Promise<Response> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}
