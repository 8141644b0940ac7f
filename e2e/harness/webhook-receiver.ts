// A program that webhooks tell of things.

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebhookReceiver {
  url: string;
  /** What it was told, in order. */
  received: IncomingMessage[];
}

/** Answers with these statuses in turn, and with the last of them from then on. It ends with the tests. */
export async function startWebhookReceiver(...statuses: number[]): Promise<WebhookReceiver> {
  const received: IncomingMessage[] = [];
  const server = createServer((message, answer) => {
    const status = statuses[Math.min(received.push(message), statuses.length) - 1];
    answer.writeHead(status ?? 204).end();
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, received };
}
