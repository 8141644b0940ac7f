// An application without its front end: its auth service, which signs tokens, and its back end, which books.

import { createHmac, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** The server that all applications point their base URL at. */
export const server = process.env.OPENVISIT_URL ?? 'http://127.0.0.1:8086';

/** Characters that a URL must escape, as ids of grown systems have them. */
export const AWKWARD = 'a/b c?#%ü';

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Kinds of ids; no two are alike within a run. */
export const ids = {
  uuid: () => randomUUID(),
  number: () => randomInt(1_000_000_000),
  prefixed: (prefix) => `${prefix}${randomInt(1_000_000_000)}`,
  awkward: (prefix) => `${prefix}-${randomInt(1_000_000_000)}-${AWKWARD}`,
};

/** An instant so many minutes from now, to the second. */
export function minutesFromNow(minutes) {
  const seconds = Math.floor(Date.now() / 1000) + minutes * 60;
  return new Date(seconds * 1000).toISOString();
}

/** Asks until what comes back is good, and gives it; fails after ten seconds with the last answer. */
export async function until(ask, good) {
  const give_up = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > give_up) throw new Error(`it never came; last: ${JSON.stringify(answer)}`);
    await delay(20);
  }
}

export class Application {
  constructor(name, idClaim = 'sub') {
    this.issuer = `https://${name}.example`;
    this.secret = `${name} signs with this secret`;
    this.idClaim = idClaim;
  }

  /** Somebody with a token of this application. Nobody has seen them at the server before they call it. */
  person(id, role, name, more = {}) {
    const email = `${randomUUID().slice(0, 8)}@people.example`;
    const claims = { [this.idClaim]: id, role, name, email, ...more };
    return { id, role, name, email, token: this.token(claims) };
  }

  token(claims, secret = this.secret) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const times = { iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 900 };
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: this.issuer, ...times, ...claims })}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  }

  /** A party as a booking names it. */
  party({ id, name, email }) {
    return { issuer: this.issuer, subject: String(id), name, email };
  }

  /** What the application's back end calls of the canonical API, as an administrator unless told who. */
  async api(method, path, body, token = this.person('back-end', 'admin', 'Back end').token) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${server}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text && JSON.parse(text);
  }

  /** Books a slot that has just begun, or another. */
  async book(id, practitioner, client, more = {}) {
    const parties = { practitioner: this.party(practitioner), client: this.party(client) };
    const slot = { starts_at: minutesFromNow(-1), duration_minutes: 50, passcode: false };
    return this.api('POST', '/appointments', { external_id: String(id), ...parties, ...slot, ...more });
  }
}
