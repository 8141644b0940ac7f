// A real nginx in front of the server, with HTTPS, as the docs describe it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.ts';
import { freeTcpPort } from './ports.ts';

/** A certificate for `localhost` that nobody else trusts. */
export interface Certificate {
  certificate: string;
  key: string;
}

export async function makeCertificate(folder: string): Promise<Certificate> {
  const [certificate, key] = [path.join(folder, 'certificate.pem'), path.join(folder, 'key.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-out', certificate, '-keyout', key],
  ]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  return { certificate, key };
}

export class Nginx {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /** `port`: its own; `to`: our server's. A plain one is set up with nothing but `proxy_pass`. */
  static async start(port: number, to: number, { plain = false } = {}): Promise<Nginx> {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-nginx-'));
    const { certificate, key } = await makeCertificate(folder);
    const file = path.join(folder, 'nginx.conf');
    await writeFile(file, configuration(folder, port, certificate, key, plain ? `proxy_pass http://127.0.0.1:${to};` : location(to)));
    const program = process.env.E2E_NGINX ?? '/usr/sbin/nginx';
    const started = spawn(program, ['-c', file, '-p', folder, '-e', path.join(folder, 'error.log')], { stdio: 'ignore' });
    const nginx = new Nginx(started, folder, `https://localhost:${port}`);
    await nginx.listens(started);
    return nginx;
  }

  static freePort(): Promise<number> {
    return freeTcpPort();
  }

  /** A line for each request: its path, and what it was upgraded to. */
  async requests(): Promise<string[]> {
    return (await readFile(path.join(this.folder, 'access.log'), 'utf8')).split('\n');
  }

  async dispose(): Promise<void> {
    if (this.process.exitCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await exit;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async listens(started: ChildProcess): Promise<void> {
    const began = performance.now();
    const pid = path.join(this.folder, 'pid');
    while (!(await readFile(pid, 'utf8').catch(() => ''))) {
      const log = () => readFile(path.join(this.folder, 'error.log'), 'utf8').catch(() => '');
      if (started.exitCode !== null) throw new Error(`nginx ended by itself:\n${await log()}`);
      if (performance.now() - began > PATIENCE_MS) throw new Error(`nginx does not start:\n${await log()}`);
      await delay(5);
    }
  }
}

/** As the docs have it. */
const location = (to: number) => `
  proxy_pass http://127.0.0.1:${to};
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_read_timeout 1h;
`;

function configuration(folder: string, port: number, certificate: string, key: string, location: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off; worker_processes 1; pid ${folder}/pid;
events {}
http {
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  log_format asked '$request_uri $http_upgrade $status';
  access_log ${folder}/access.log asked;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    location / { ${location} }
  }
}
`;
}
