// The server's API, to see what the database holds after what was clicked.

import type { Server } from './server.ts';

const PASSWORD = 'openvisit-demo';

export interface Participant {
  id: string;
  role: string;
  state: string;
  connected: boolean;
  connected_seconds: number;
}

export interface Session {
  id: string;
  status: string;
  outcome: string | null;
  ended_by: string | null;
  started_at: string | null;
  duration_seconds: number | null;
  attendee_seconds: number;
  notes: string | null;
  quality_rating: number | null;
  participants: Participant[];
}

/** A demo account, as a program uses it. */
export class Account {
  private constructor(
    private readonly server: Server,
    private readonly token: string,
  ) {}

  static async logIn(server: Server, role: 'doctor' | 'patient' | 'admin'): Promise<Account> {
    const body = { email: `${role}@demo.test`, password: PASSWORD };
    const response = await send(server, 'POST', '/auth/login', body);
    const { access_token } = (await response.json()) as { access_token: string };
    return new Account(server, access_token);
  }

  async session(id: string): Promise<Session> {
    return (await send(this.server, 'GET', `/sessions/${id}`, undefined, this.token)).json() as Promise<Session>;
  }
}

async function send(server: Server, method: string, path: string, body: unknown, token?: string): Promise<Response> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}
