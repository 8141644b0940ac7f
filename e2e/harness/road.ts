// A road between the browsers and the media server that can be closed, narrowed to a kind of traffic, or made bad: the
// server tells browsers an address at which only the road is.

import { createSocket, type RemoteInfo, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server as Listener, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

const SERVER = '127.0.0.1';
/** Of this machine, like all of 127.0.0.0/8. */
export const LOOPBACK = '127.0.0.9';
/** This machine's own: Firefox goes nowhere else from here. */
export const OUTWARD = outward() ?? LOOPBACK;

export class Road {
  /** Whether datagrams, and streams, get through. */
  udp = true;
  tcp = true;
  /** The share of datagrams that gets lost, each way. */
  loss = 0;
  /** Where it is set, only whoever sends from these ports gets through: the first, and the one after the last. */
  only: readonly [number, number] | null = null;
  /** What has got through to the server, in bytes. */
  readonly carried = { udp: 0, tcp: 0 };
  private readonly clients = new Map<string, Datagrams>();
  private readonly streams = new Set<Socket>();

  private constructor(
    private readonly ports: readonly number[],
    private readonly datagrams: readonly Datagrams[],
    private readonly listener: Listener,
  ) {
    for (const [at, socket] of datagrams.entries()) {
      socket.on('message', (datagram, from) => this.pass(datagram, from, at));
    }
    listener.on('connection', (stream) => this.adopt(stream));
  }

  /** To a server whose media ports these are, in a row; the first is its TCP port, too. */
  static async open(address: string, first: number, count: number): Promise<Road> {
    const ports = Array.from({ length: count }, (_, at) => first + at);
    const datagrams = await Promise.all(ports.map((port) => bound(address, port)));
    const listener = createServer().listen(first, address);
    await once(listener, 'listening');
    return new Road(ports, datagrams, listener);
  }

  /** How the server is set, so that browsers take the road. */
  static settings(address: string): Record<string, string> {
    return { OPENVISIT_MEDIA_BIND: SERVER, OPENVISIT_MEDIA_PUBLIC_ADDRESS: address };
  }

  /** Breaks the streams that are open; new ones get through where `tcp` says so. */
  breakStreams(): void {
    for (const stream of this.streams) stream.destroy();
  }

  async close(): Promise<void> {
    for (const socket of [...this.datagrams, ...this.clients.values()]) socket.close();
    this.listener.close();
    this.breakStreams();
    await once(this.listener, 'close');
  }

  private pass(datagram: Buffer, from: RemoteInfo, at: number): void {
    if (!this.udp || this.lost() || !this.mayPass(from.port)) return;
    const port = this.ports[at];
    const client = this.client(from, at);
    this.carried.udp += datagram.length;
    client.send(datagram, port, SERVER);
  }

  /** One socket for each client, by which the server knows it. */
  private client(from: RemoteInfo, at: number): Datagrams {
    const name = `${from.port} ${at}`;
    const known = this.clients.get(name);
    if (known) return known;
    const socket = createSocket('udp4');
    socket.on('message', (datagram) => {
      if (this.udp && !this.lost() && this.mayPass(from.port)) this.datagrams[at]?.send(datagram, from.port, from.address);
    });
    this.clients.set(name, socket);
    return socket;
  }

  private adopt(stream: Socket): void {
    if (!this.tcp || !this.mayPass(stream.remotePort ?? 0)) return void stream.destroy();
    const server = connect(this.ports[0] ?? 0, SERVER);
    const [mine, theirs] = [stream, server];
    for (const [one, other] of [
      [mine, theirs],
      [theirs, mine],
    ] as const) {
      this.streams.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
    stream.on('data', (bytes) => (this.carried.tcp += bytes.length));
  }

  private lost(): boolean {
    return Math.random() < this.loss;
  }

  private mayPass(port: number): boolean {
    return this.only === null || (port >= this.only[0] && port < this.only[1]);
  }
}

function outward(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

async function bound(address: string, port: number): Promise<Datagrams> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}
