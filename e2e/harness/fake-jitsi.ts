// A domain of Jitsi on loopback. It gives out an External API and a page for every room, writes down who opened which
// room by which token, and, as JaaS does, calls back who came.

import { createHmac, createPublicKey, createVerify, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const TENANT = 'vpaas-magic-cookie-0123456789abcdef';
const WEBHOOK_SECRET = 'whsec_of_the_browser_tests';

export interface Visit {
  /** As the address has it, without the tenant. */
  room: string;
  /** What the token says; null where there is none. */
  claims: Claims | null;
  /** Which page shows it: of our own, by the External API, or by itself. */
  shownBy: 'api' | 'link';
  /** What the page is told behind the `#`. */
  settings: string;
}

interface Claims {
  room: string;
  sub: string;
  context: { user: { id: string; name: string; moderator: string } };
}

export class FakeJitsi {
  readonly visits: Visit[] = [];
  /** What the External API was told to do, and what it told. */
  readonly calls: string[] = [];
  /** Where our server listens. */
  target = '';
  private readonly key: KeyObject;
  private readonly pem: string;

  private constructor(
    private readonly http: HttpServer,
    /** With tokens and callbacks, as JaaS; or for anybody. */
    private readonly isJaas: boolean,
  ) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.key = createPublicKey(privateKey);
    this.pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  static async start(isJaas: boolean): Promise<FakeJitsi> {
    const http = createServer();
    const jitsi = new FakeJitsi(http, isJaas);
    http.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void jitsi.answer(new URL(request.url ?? '/', jitsi.url), Buffer.concat(chunks).toString(), response));
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return jitsi;
  }

  get domain(): string {
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.domain}`;
  }

  /** How our server is set to use it. */
  get settings(): Record<string, string> {
    if (!this.isJaas) return { OPENVISIT_JITSI_URL: this.url };
    return {
      OPENVISIT_JITSI_URL: this.url,
      JITSI_APP_ID: TENANT,
      OPENVISIT_JITSI_KEY_ID: `${TENANT}/4f4910`,
      OPENVISIT_JITSI_PRIVATE_KEY: this.pem,
      OPENVISIT_JITSI_WEBHOOK_SECRET: WEBHOOK_SECRET,
    };
  }

  /** The names of the rooms that somebody opened. */
  get rooms(): string[] {
    return [...new Set(this.visits.map(({ room }) => room))];
  }

  async close(): Promise<void> {
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
  }

  /** Calls back that somebody has come, with the name of the room as JaaS writes it. */
  private async tell({ room, claims }: Visit): Promise<void> {
    const id = claims?.context.user.id ?? '';
    const body = JSON.stringify({
      idempotencyKey: randomUUID(),
      eventType: 'PARTICIPANT_JOINED',
      timestamp: Date.now(),
      fqn: `${TENANT}/${room.toLowerCase()}`,
      data: { id, participantFullJid: `${id}@8x8.vc/1`, isBreakout: false },
    });
    const time = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.${body}`).digest('base64');
    const headers = { 'content-type': 'application/json', 'x-jaas-signature': `t=${time},v1=${signature}` };
    const answer = await fetch(`${this.target}/api/v1/providers/jitsi/events`, { method: 'POST', headers, body });
    if (answer.status !== 204) throw new Error(`the server answered a callback with ${answer.status}`);
  }

  private async answer(url: URL, body: string, response: ServerResponse): Promise<void> {
    const prefix = this.isJaas ? `/${TENANT}/` : '/';
    const name = url.pathname.startsWith(prefix) ? decodeURIComponent(url.pathname.slice(prefix.length)) : '';
    if (name === 'external_api.js') {
      response.writeHead(200, { 'content-type': 'application/javascript' }).end(EXTERNAL_API);
    } else if (url.pathname === '/opened') {
      response.writeHead(await this.opened(JSON.parse(body) as Opened)).end();
    } else if (url.pathname === '/called') {
      this.calls.push(body);
      response.writeHead(204).end();
    } else if (/^[a-z0-9_-]+$/.test(name)) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(ROOM_PAGE);
    } else {
      response.writeHead(404).end();
    }
  }

  /** A room's page has been opened: it lets in whoever has a token for this room. */
  private async opened({ path, jwt, settings, shownBy }: Opened): Promise<number> {
    const room = path.split('/').at(-1) ?? '';
    const claims = jwt ? this.verified(jwt) : null;
    if (this.isJaas && (claims?.room !== room || claims.sub !== TENANT)) return 403;
    const visit: Visit = { room, claims, settings, shownBy };
    this.visits.push(visit);
    if (this.isJaas) await this.tell(visit);
    return 204;
  }

  private verified(jwt: string): Claims | null {
    const [header = '', payload = '', signature = ''] = jwt.split('.');
    const isOurs = createVerify('RSA-SHA256').update(`${header}.${payload}`).verify(this.key, signature, 'base64url');
    return isOurs ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims) : null;
  }
}

interface Opened {
  path: string;
  jwt: string | null;
  settings: string;
  shownBy: Visit['shownBy'];
}

/** As much of Jitsi's External API as a page needs to see whether it was asked rightly. */
const EXTERNAL_API = `
class JitsiMeetExternalAPI {
  constructor(domain, options) {
    this.listeners = {};
    this.origin = (options.noSSL ? 'http' : 'https') + '://' + domain;
    this.frame = document.createElement('iframe');
    this.frame.allow = 'camera; microphone; display-capture';
    const jwt = options.jwt ? '?jwt=' + options.jwt : '';
    this.frame.src = this.origin + '/' + options.roomName + jwt + '#jitsi_meet_external_api_id=0';
    this.hear = ({ origin, data }) => origin === this.origin && this.emit(data.event);
    addEventListener('message', this.hear);
    options.parentNode.append(this.frame);
  }
  emit(event) {
    this.post(event);
    for (const listener of this.listeners[event] ?? []) listener({});
  }
  on(event, listener) { (this.listeners[event] ??= []).push(listener); }
  executeCommand(command) { this.post(command); }
  post(called) { this.frame.contentWindow.postMessage({ called }, this.origin); }
  async setAudioInputDevice() {}
  async setVideoInputDevice() {}
  async setAudioOutputDevice() {}
  dispose() { removeEventListener('message', this.hear); this.frame.remove(); }
}
globalThis.JitsiMeetExternalAPI = JitsiMeetExternalAPI;
`;

/** A room's page: in it once the domain has let it in. */
const ROOM_PAGE = `<!doctype html><title>Jitsi</title><p id="state">connecting</p><script type="module">
  addEventListener('message', ({ data: { called } }) => called && fetch('/called', { method: 'POST', body: called }));
  const shownBy = location.hash.includes('jitsi_meet_external_api_id') ? 'api' : 'link';
  const opened = { path: location.pathname, jwt: new URLSearchParams(location.search).get('jwt'), settings: location.hash, shownBy };
  const { ok } = await fetch('/opened', { method: 'POST', body: JSON.stringify(opened) });
  document.getElementById('state').textContent = ok ? 'in the room' : 'refused';
  if (parent !== window) parent.postMessage({ event: ok ? 'videoConferenceJoined' : 'videoConferenceLeft' }, '*');
</script>`;
