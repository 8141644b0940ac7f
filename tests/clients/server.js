// The program under test, as an operator runs it: settings, a data folder, a database, a port and a log.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const here = import.meta.dirname;
const target = path.resolve(here, '../..', process.env.CARGO_TARGET_DIR ?? 'target');
const program = path.resolve(
  process.env.INIT_CWD ?? '.',
  process.env.OPENVISIT_TEST_SERVER ?? path.join(target, 'release/openvisit'),
);
const START_MS = 20_000;

export class Server {
  log = '';

  /** Starts it on a free port of loopback, with `settings.toml` and this database, or a file of its own. */
  static async start(databaseUrl, more = []) {
    if (!existsSync(program)) throw new Error(`${program} is not there: run make build`);
    const server = new Server();
    const port = await freePort();
    server.url = `http://127.0.0.1:${port}`;
    server.data = await mkdtemp(path.join(tmpdir(), 'openvisit-clients-'));
    const flags = [
      '--config',
      path.join(here, 'settings.toml'),
      '--data-dir',
      server.data,
      '--listen',
      `127.0.0.1:${port}`,
      ...more,
    ];
    if (databaseUrl) flags.push('--database-url', databaseUrl);
    server.process = spawn(program, ['serve', ...flags], {
      env: environment(server.url),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [server.process.stdout, server.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (server.log += text));
    }
    await server.#answers();
    return server;
  }

  /** Stops it as a service manager does, and deletes its data. */
  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await exit;
    }
    await rm(this.data, { recursive: true, force: true });
  }

  /** The lines of the log that say that something went wrong inside. */
  errors() {
    return this.log.split('\n').filter((line) => /\bERROR\b|panicked at/.test(line));
  }

  async #answers() {
    const late = Date.now() + START_MS;
    for (;;) {
      const answer = await fetch(`${this.url}/health`).catch(() => undefined);
      if (answer?.ok) return;
      if (this.process.exitCode !== null || Date.now() > late) {
        await this.stop();
        throw new Error(`the server does not run:\n${this.log}`);
      }
      await delay(10);
    }
  }
}

/** Nothing of whoever runs the tests may change the server. */
function environment(url) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('OPENVISIT'));
  const own = { OPENVISIT_PUBLIC_URL: url, OPENVISIT_MEDIA_PORT: '0', NO_COLOR: '1' };
  return { ...Object.fromEntries(kept), ...own };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
