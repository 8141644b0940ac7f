// The program as a user runs it: a process with a data folder, a port and a log. The release binary, if no other is named.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.ts';
import { freeTcpPort, freeUdpPorts } from './ports.ts';

const root = path.resolve(import.meta.dirname, '../..');
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
export const binary = process.env.OPENVISIT_TEST_SERVER ?? path.join(target, 'release/openvisit');
/** UDP ports asked for in a row: one per worker thread, and some room. */
export const MEDIA_PORTS = 8;

/** What else a server is started with. */
export interface Arrangement {
  /** A settings file, for what the environment cannot say. */
  file?: string;
  /** Where browsers find it, if elsewhere: behind a proxy, or by HTTPS. */
  url?: (port: number) => string;
  /** Several nodes: their PostgreSQL, if it is not the one that tests share. */
  postgres?: string;
  /** Several nodes: each has a way of its own to the database, which can be closed. */
  roads?: boolean;
  /** Several nodes: by how many seconds the clocks of the first, the second, … are ahead. */
  ahead?: number[];
}

export class Server {
  /** Where programs find it. */
  readonly url: string;
  /** Where browsers find it. */
  readonly pages: string;
  /** Everything the server has logged, over all its starts. */
  log = '';
  /** Milliseconds from the last start to the first 200 on /health. */
  startedIn = NaN;
  private process: ChildProcess | undefined;

  protected constructor(
    readonly port: number,
    /** The first of the UDP ports that media comes in by. */
    readonly mediaPort: number,
    private readonly dataDir: string,
    private readonly flags: string[],
    private readonly settings: Record<string, string>,
    url?: string,
  ) {
    // localhost, not 127.0.0.1: what `make run` tells people to open.
    this.url = `http://localhost:${port}`;
    this.pages = url ?? this.url;
  }

  /** Starts a server with demo data, or with these flags and settings, in a data folder of its own. */
  static async start(
    flags = ['--demo'],
    settings: Record<string, string> = {},
    { file, url }: Arrangement = {},
  ): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`${binary} is not there: run make build`);
    const dataDir = await mkdtemp(path.join(tmpdir(), 'openvisit-e2e-'));
    if (file) await writeFile(path.join(dataDir, 'openvisit.toml'), file);
    const [port, media] = [await freeTcpPort(), await freeUdpPorts(MEDIA_PORTS)];
    const server = new Server(port, media, dataDir, flags, settings, url?.(port));
    await server.start();
    return server;
  }

  /** Starts it again, on the same port with the same data; perhaps set otherwise. */
  async start(settings: Record<string, string> = {}): Promise<void> {
    const began = performance.now();
    const args = ['serve', '--listen', `127.0.0.1:${this.port}`, '--data-dir', this.dataDir, ...this.flags];
    const started = spawn(binary, args, {
      cwd: this.dataDir,
      env: { ...process.env, ...this.settings, ...settings, OPENVISIT_MEDIA_PORT: String(this.mediaPort), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    }
    this.process = started;
    while (!(await this.healthy())) {
      if (started.exitCode !== null) throw new Error(`the server ended by itself:\n${this.log}`);
      if (performance.now() - began > PATIENCE_MS) throw new Error(`the server does not answer:\n${this.log}`);
      await delay(2);
    }
    this.startedIn = performance.now() - began;
  }

  /** The power plug: SIGKILL, without a chance to save anything. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Stops it as a service manager does; its data stay. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Stops it as a service manager does, and deletes its data. */
  async dispose(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** The lines of the log that say that something went wrong inside. */
  errors(): string[] {
    return this.log.split('\n').filter((line) => /\bERROR\b|panicked at/.test(line));
  }

  get pid(): number {
    if (!this.process?.pid) throw new Error('the server is not running');
    return this.process.pid;
  }

  /** Stops the clock for it: it is there, and does nothing more. */
  freeze(frozen: boolean): void {
    process.kill(this.pid, frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  private async healthy(): Promise<boolean> {
    try {
      if (this.settings.OPENVISIT_TLS_KEY) return await answersByHttps(this.port);
      return (await fetch(`http://127.0.0.1:${this.port}/health`)).ok;
    } catch {
      return false;
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const ending = this.process;
    this.process = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, 'exit');
    ending.kill(signal);
    await exit;
  }
}

/** Whatever certificate it shows: that is the browsers' to judge. */
function answersByHttps(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path: '/health', rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', reject).end();
  });
}
