// Ports that nobody uses.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

export async function freeTcpPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Below the range from which the system takes ports for others. Workers that run side by side have a part each. */
const UDP_PORTS = { first: 20_000, perWorker: 2400, workers: 4 };

/** The first of `count` UDP ports in a row that nobody uses. */
export async function freeUdpPorts(count: number): Promise<number> {
  const worker = Number(process.env.TEST_PARALLEL_INDEX ?? 0) % UDP_PORTS.workers;
  const begin = UDP_PORTS.first + worker * UDP_PORTS.perWorker;
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = begin + Math.floor(Math.random() * (UDP_PORTS.perWorker / count)) * count;
    const ports = Array.from({ length: count }, (_, at) => first + at);
    const free = await Promise.all(ports.map(isFreeUdpPort));
    if (free.every(Boolean)) return first;
  }
  throw new Error('no free UDP ports');
}

async function isFreeUdpPort(port: number): Promise<boolean> {
  const probe = createSocket('udp4');
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.bind(port, () => probe.close(() => resolve(true)));
  });
}
