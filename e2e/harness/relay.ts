// A way to a TCP server that can be closed.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server as Listener, type Socket } from 'node:net';

export class Relay {
  private isOpen = true;
  private readonly streams = new Set<Socket>();

  private constructor(
    private readonly listener: Listener,
    private readonly host: string,
    private readonly to: number,
  ) {
    listener.on('connection', (stream) => this.adopt(stream));
  }

  static async open(host: string, to: number): Promise<Relay> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new Relay(listener, host, to);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Connections break, and new ones are closed at once. */
  cut(): void {
    this.isOpen = false;
    for (const stream of this.streams) stream.destroy();
  }

  mend(): void {
    this.isOpen = true;
  }

  async close(): Promise<void> {
    this.cut();
    this.listener.close();
    await once(this.listener, 'close');
  }

  private adopt(mine: Socket): void {
    if (!this.isOpen) return void mine.destroy();
    const theirs = connect(this.to, this.host);
    for (const [one, other] of [
      [mine, theirs],
      [theirs, mine],
    ] as const) {
      this.streams.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.streams.delete(one);
        other.destroy();
      });
      one.setNoDelay().pipe(other);
    }
  }
}
