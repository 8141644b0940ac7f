// What strangers and broken clients send to an open UDP port.

import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';

/** First bytes by which STUN, DTLS, RTP and RTCP are told apart; and one that is none of them. */
const FIRST_BYTES = [0x00, 0x01, 0x14, 0x16, 0x17, 0x80, 0x81, 0x90, 0xff];

/** Sends datagrams of random length and content that look like each protocol at first sight. */
export async function sendGarbage(port: number, count: number): Promise<void> {
  const socket = createSocket('udp4');
  const send = (datagram: Buffer) =>
    new Promise<void>((resolve, reject) =>
      socket.send(datagram, port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
    );
  for (let sent = 0; sent < count; sent++) {
    const datagram = randomBytes(randomInt(0, 1400));
    const first = FIRST_BYTES[sent % FIRST_BYTES.length];
    if (datagram.length > 0 && first !== undefined) datagram[0] = first;
    await send(datagram);
  }
  socket.close();
}
