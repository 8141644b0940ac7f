// A real mail server on loopback, and the letters that it was given, as a mail program reads them.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

import { expect } from '@playwright/test';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export class MailServer {
  /** In the order in which they came. */
  readonly letters: Email[] = [];

  private constructor(
    private readonly server: SMTPServer,
    /** The settings of a server that sends by it. */
    readonly settings: Record<string, string>,
  ) {}

  static async start(): Promise<MailServer> {
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        done(username === 'visit' && password === 'at/the@post' ? null : new Error('wrong login'), { user: username });
      },
      onData: (stream, _session, done) => {
        PostalMime.parse(Readable.toWeb(stream) as ReadableStream).then((letter) => {
          mail.letters.push(letter);
          done();
        }, done);
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    const { port } = server.server.address() as AddressInfo;
    const mail = new MailServer(server, {
      OPENVISIT_MAIL_URL: `smtp://visit:at%2Fthe%40post@127.0.0.1:${port}`,
      OPENVISIT_MAIL_FROM: 'Praxis am Deich <visit@deich.example>',
    });
    return mail;
  }

  /** Where the one letter to this address leads that has a link to this page, and the letter. */
  async leading(address: string, page: string): Promise<{ letter: Email; link: string }> {
    const pattern = new RegExp(`https?://\\S+${page}#[\\w-]+`);
    const links = () =>
      this.letters
        .filter(({ to }) => to?.some((receiver) => receiver.address === address))
        .flatMap((letter) => (pattern.exec(letter.text ?? '') ?? []).map((link) => ({ letter, link })));
    await expect.poll(() => links().length, { message: `letters to ${address} with a link to ${page}` }).toBe(1);
    return links()[0]!;
  }

  async stop(): Promise<void> {
    await new Promise<void>((ended) => this.server.close(() => ended()));
  }
}
