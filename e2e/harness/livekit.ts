// A real LiveKit server on loopback, and whoever carries its webhooks to ours.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.ts';
import { freeTcpPort, freeUdpPorts } from './ports.ts';

const KEY = 'APIopenvisit';
const SECRET = 'a-secret-of-the-browser-tests-and-nobody-else';

interface Webhook {
  body: Buffer;
  headers: IncomingHttpHeaders;
}

/** Between LiveKit and our server: brings each webhook at once, or keeps them until they are to be brought. */
export class WebhookRelay {
  /** Where our server listens. */
  target = '';
  /** Keeps what comes instead of bringing it. */
  holding = false;
  readonly held: Webhook[] = [];
  private readonly http: HttpServer;

  private constructor(http: HttpServer) {
    this.http = http;
  }

  static async start(): Promise<WebhookRelay> {
    const http = createServer();
    const relay = new WebhookRelay(http);
    http.on('request', (request, response) => void relay.take(request, response));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/`;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const webhook = { body: Buffer.concat(chunks), headers: request.headers };
    if (this.holding) {
      this.held.push(webhook);
      response.writeHead(204).end();
    } else {
      response.writeHead(await this.deliver(webhook)).end();
    }
  }

  /** Brings what was kept: the last first, and everything twice. */
  async deliverBackwardsAndTwice(): Promise<void> {
    this.holding = false;
    const backwards = this.held.splice(0).reverse();
    for (const webhook of [...backwards, ...backwards]) {
      const status = await this.deliver(webhook);
      if (status !== 204) throw new Error(`the server answered a webhook with ${status}`);
    }
  }

  async close(): Promise<void> {
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
  }

  /** What the server answered; LiveKit tries again after a 502. */
  private async deliver({ body, headers }: Webhook): Promise<number> {
    try {
      const sent = { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? '' };
      const url = `${this.target}/api/v1/providers/livekit/events`;
      return (await fetch(url, { method: 'POST', headers: sent, body: new Uint8Array(body) })).status;
    } catch {
      return 502;
    }
  }
}

export class LiveKit {
  log = '';
  private process: ChildProcess | undefined;

  private constructor(
    private readonly ports: { http: number; tcp: number; udp: number },
    readonly webhooks: WebhookRelay,
  ) {}

  static async start(): Promise<LiveKit> {
    const [http, tcp, udp] = [await freeTcpPort(), await freeTcpPort(), await freeUdpPorts(1)];
    const livekit = new LiveKit({ http, tcp, udp }, await WebhookRelay.start());
    await livekit.start();
    return livekit;
  }

  get address(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** How our server is set to use it. */
  get settings(): Record<string, string> {
    return {
      OPENVISIT_LIVEKIT_URL: `ws://127.0.0.1:${this.ports.http}`,
      OPENVISIT_LIVEKIT_API_KEY: KEY,
      OPENVISIT_LIVEKIT_API_SECRET: SECRET,
    };
  }

  /** Starts it (again), on the same ports. */
  async start(): Promise<void> {
    const { http, tcp, udp } = this.ports;
    const config = `
port: ${http}
bind_addresses: [127.0.0.1]
rtc: { tcp_port: ${tcp}, udp_port: ${udp}, node_ip: 127.0.0.1, enable_loopback_candidate: true }
room: { auto_create: false }
keys: { ${KEY}: ${SECRET} }
webhook: { api_key: ${KEY}, urls: ['${this.webhooks.url}'] }
`;
    const started = spawn(program(), ['--config-body', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    }
    this.process = started;
    const began = performance.now();
    while (!(await this.answers())) {
      if (started.exitCode !== null) throw new Error(`LiveKit ended by itself:\n${this.log}`);
      if (performance.now() - began > PATIENCE_MS) throw new Error(`LiveKit does not answer:\n${this.log}`);
      await delay(5);
    }
  }

  async kill(): Promise<void> {
    const ending = this.process;
    this.process = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, 'exit');
    ending.kill('SIGKILL');
    await exit;
  }

  async dispose(): Promise<void> {
    await this.kill();
    await this.webhooks.close();
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(this.address)).ok;
    } catch {
      return false;
    }
  }
}

let found: string | undefined;

/** Built by scripts/livekit.sh where it was not yet. */
function program(): string {
  if (found) return found;
  const script = path.resolve(import.meta.dirname, '../../scripts/livekit.sh');
  const { status, stdout, stderr } = spawnSync(script, ['path'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  found = stdout.trim();
  return found;
}
