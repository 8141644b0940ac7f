// Several nodes on one PostgreSQL behind HAProxy, which sends each request to another one.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { PATIENCE_MS } from './patience.ts';
import { freeTcpPort } from './ports.ts';
import { Relay } from './relay.ts';
import { type Arrangement, binary, Server } from './server.ts';

/** Nodes share their secrets. */
const SECRETS = {
  OPENVISIT_JWT_SECRET: 'what all nodes of a test sign with',
  OPENVISIT_NOTES_KEY: 'what all nodes of a test seal with',
  OPENVISIT_PASSCODE_PEPPER: 'what all nodes of a test hash with',
};

export class Nodes extends Server {
  /** The ports of all nodes that there have been, by their ids. */
  private readonly ports = new Map<string, string>();

  private constructor(
    port: number,
    readonly nodes: Server[],
    private readonly proxy: HAProxy,
    private readonly database: Database,
    private readonly shared: Record<string, string>,
    private readonly roads: Relay[],
  ) {
    super(port, nodes[0]?.mediaPort ?? 0, '', [], {});
  }

  static async begin(count: number, settings: Record<string, string>, arrangement: Arrangement): Promise<Nodes> {
    const [port, database] = [await freeTcpPort(), Database.create(arrangement.postgres)];
    const shared = {
      ...SECRETS,
      OPENVISIT_DATABASE_URL: database.url,
      OPENVISIT_PUBLIC_URL: `http://localhost:${port}`,
      OPENVISIT_TRUSTED_PROXIES: '127.0.0.1/32',
      ...settings,
    };
    const nodes: Server[] = [];
    const roads: Relay[] = [];
    for (let at = 0; at < count; at++) {
      const own: Record<string, string> = await clockOf(arrangement.ahead?.[at] ?? 0);
      if (arrangement.roads) {
        const [road, url] = await database.road();
        roads.push(road);
        own.OPENVISIT_DATABASE_URL = url;
      }
      nodes.push(await Server.start(undefined, { ...shared, ...own }, arrangement));
    }
    const proxy = await HAProxy.start(
      port,
      nodes.map((node) => node.port),
    );
    return new Nodes(port, nodes, proxy, database, shared, roads);
  }

  /** The node that has a session's media. */
  home(session: string): Server {
    for (const line of this.ask("select id || ' ' || split_part(name, ':', 2) from node")) {
      const [id, port] = line.split(' ');
      if (id && port) this.ports.set(id, port);
    }
    const [id] = this.ask(`select node from home where session_id = '${session}'`);
    const home = this.nodes.find((node) => String(node.port) === this.ports.get(id ?? ''));
    if (!home) throw new Error(`no node has the media of ${session}`);
    return home;
  }

  /** The lines that the database answers. */
  ask(sql: string): string[] {
    return this.database.ask(sql);
  }

  /** Closes or opens a node's way to the database. */
  reach(node: Server, isOpen: boolean): void {
    const road = this.roads[this.nodes.indexOf(node)];
    if (!road) throw new Error('this node has no way of its own to the database');
    if (isOpen) road.mend();
    else road.cut();
  }

  /** `openvisit drain --now`. */
  drain(node: Server): void {
    const name = `${hostname()}:${node.port}`;
    const environment = { ...process.env, ...this.shared };
    const done = spawnSync(binary, ['drain', '--now', '--node', name], { cwd: tmpdir(), env: environment, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`openvisit drain: ${done.stderr || String(done.error)}`);
  }

  override async start(settings: Record<string, string> = {}): Promise<void> {
    for (const node of this.nodes) await node.start(settings);
  }

  override async kill(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
  }

  override async dispose(): Promise<void> {
    await this.proxy.dispose();
    await Promise.all(this.nodes.map((node) => node.dispose()));
    this.log = this.nodes.map((node, at) => `--- node ${at + 1}\n${node.log}`).join('\n');
    await Promise.all(this.roads.map((road) => road.close()));
    this.database.drop();
  }

  override errors(): string[] {
    return this.nodes.flatMap((node) => node.errors());
  }

  override get pid(): number {
    const [first] = this.nodes;
    if (!first) throw new Error('no node is running');
    return first.pid;
  }

  override freeze(frozen: boolean): void {
    for (const node of this.nodes) node.freeze(frozen);
  }
}

let shim: Promise<string> | undefined;

/** The settings of a node whose clock is so many seconds ahead. */
async function clockOf(ahead: number): Promise<Record<string, string>> {
  if (ahead === 0) return {};
  shim ??= compileShim();
  return { LD_PRELOAD: await shim, CLOCK_AHEAD: String(ahead) };
}

async function compileShim(): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'openvisit-clock-')), 'clock-ahead.so');
  const source = path.join(import.meta.dirname, 'clock-ahead.c');
  const done = spawnSync('cc', ['-shared', '-fPIC', '-o', file, source], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`cc: ${done.stderr || String(done.error)}`);
  return file;
}

/** One of the test's own on the PostgreSQL that scripts/postgres.sh has started. */
class Database {
  private constructor(
    private readonly server: string,
    private readonly name: string,
  ) {}

  static create(server = process.env.OPENVISIT_TEST_POSTGRES): Database {
    if (!server) {
      throw new Error('OPENVISIT_TEST_POSTGRES is not set: export OPENVISIT_TEST_POSTGRES=$(scripts/postgres.sh start)');
    }
    const database = new Database(server, `e2e_${process.pid}_${Date.now()}`);
    database.run(`create database ${database.name}`);
    return database;
  }

  get url(): string {
    return this.server.replace(/[^/]*$/, this.name);
  }

  /** Another way to it, and the URL that leads over that. */
  async road(): Promise<[Relay, string]> {
    const url = new URL(this.url);
    const road = await Relay.open(url.hostname, Number(url.port));
    url.port = String(road.port);
    return [road, url.href];
  }

  drop(): void {
    this.run(`drop database ${this.name} with (force)`);
  }

  /** The lines of an answer. */
  ask(sql: string): string[] {
    return psql(this.url, sql).trim().split('\n');
  }

  private run(sql: string): void {
    psql(this.server, sql);
  }
}

function psql(database: string, sql: string): string {
  const done = spawnSync('psql', ['-d', database, '-q', '-At', '-c', sql], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`psql: ${done.stderr || String(done.error)}`);
  return done.stdout;
}

class HAProxy {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(port: number, to: number[]): Promise<HAProxy> {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-haproxy-'));
    const [file, log] = [path.join(folder, 'haproxy.cfg'), path.join(folder, 'log')];
    await writeFile(file, configuration(port, to));
    const started = spawn('/bin/sh', ['-c', `exec /usr/sbin/haproxy -db -f ${file} >${log} 2>&1`], { stdio: 'ignore' });
    const began = performance.now();
    while (!(await answers(port))) {
      if (started.exitCode !== null) throw new Error(`HAProxy ended by itself:\n${await readFile(log, 'utf8')}`);
      if (performance.now() - began > PATIENCE_MS) throw new Error(`HAProxy does not start:\n${await readFile(log, 'utf8')}`);
      await delay(5);
    }
    return new HAProxy(started, folder);
  }

  async dispose(): Promise<void> {
    if (this.process.exitCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await exit;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok;
  } catch {
    return false;
  }
}

/** As docs/scale.md has it, without HTTPS. */
function configuration(port: number, to: number[]): string {
  const servers = to.map((port, at) => `  server node${at + 1} 127.0.0.1:${port} check inter 500ms fall 2 rise 1 cookie node${at + 1}`);
  return `
global
  maxconn 1000
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  option redispatch 1
  retries 3
  retry-on conn-failure empty-response
frontend web
  bind 127.0.0.1:${port}
  option forwardfor
  use_backend polling if { path_beg /socket.io/ } { urlp(transport) polling }
  default_backend openvisit
backend openvisit
  balance roundrobin
  option httpchk GET /ready
${servers.join('\n')}
backend polling
  balance roundrobin
  option httpchk GET /ready
  cookie openvisit-node insert indirect nocache
${servers.join('\n')}
`;
}
