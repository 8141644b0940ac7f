// A real TURN server on loopback, as an operator would run one.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.ts';
import { freeTcpPort, freeUdpPorts } from './ports.ts';

const SECRET = 'a-secret-of-the-browser-tests';
const USER = { name: 'relay', word: 'a-word-of-the-browser-tests' };
/** So many of its own ports it may relay by. */
const RELAYS = 40;

/** How whoever wants to be relayed shows that they may. */
export type Credentials = 'secret' | 'user';

export class Coturn {
  log = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly credentials: Credentials,
    readonly port: number,
    /** The UDP ports that it relays by: the first, and the one after the last. */
    readonly relays: readonly [number, number],
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    }
  }

  static async start(credentials: Credentials): Promise<Coturn> {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-coturn-'));
    const [port, first] = [await freeTcpPort(), await freeUdpPorts(RELAYS)];
    const who =
      credentials === 'secret'
        ? ['--use-auth-secret', `--static-auth-secret=${SECRET}`]
        : ['--lt-cred-mech', `--user=${USER.name}:${USER.word}`];
    const ports = [`--listening-port=${port}`, `--min-port=${first}`, `--max-port=${first + RELAYS - 1}`];
    const here = ['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--allow-loopback-peers'];
    const quiet = ['-n', '--no-cli', '--no-tls', '--no-dtls', '--simple-log', '--log-file=stdout', '--verbose'];
    const files = [`--userdb=${folder}/users`, `--pidfile=${folder}/pid`, '--realm=visit'];
    const process = spawn('turnserver', [...quiet, ...here, ...ports, ...files, ...who], { stdio: ['ignore', 'pipe', 'pipe'] });
    const coturn = new Coturn(process, folder, credentials, port, [first, first + RELAYS]);
    await coturn.says('UDP listener opened');
    return coturn;
  }

  /** How our server is told of it: by a name, as it should be (README). */
  get settings(): string {
    const { name, word } = USER;
    const who = this.credentials === 'secret' ? `secret = "${SECRET}"` : `username = "${name}"\ncredential = "${word}"`;
    return `[[media.ice_servers]]\nurls = ["turn:localhost:${this.port}?transport=udp"]\n${who}\n`;
  }

  async dispose(): Promise<void> {
    if (this.process.exitCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await exit;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async says(words: string): Promise<void> {
    const began = performance.now();
    while (!this.log.includes(words)) {
      if (this.process.exitCode !== null) throw new Error(`coturn ended by itself:\n${this.log}`);
      if (performance.now() - began > PATIENCE_MS) throw new Error(`coturn does not start:\n${this.log}`);
      await delay(5);
    }
  }
}
