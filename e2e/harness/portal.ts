// Somebody else's web site, which has a consultation in its page: what docs/sdk.md says, taken from there.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const KINDS: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

export interface Visit {
  server: string;
  session: string;
  token: string;
}

/** A program that has installed the SDK, as scripts/packed-sdk.sh has built it. */
export type Project = 'vanilla' | 'react' | 'vue';

export class Portal {
  /** What the portal's own backend tells its page. */
  visit: Visit | null = null;
  /** How often it was asked. */
  asked = 0;
  /** Its page, or the project that its pages and programs are of. */
  page: string | { project: Project } = '';

  private constructor(
    private readonly http: HttpServer,
    readonly origin: string,
  ) {}

  static async open(): Promise<Portal> {
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    // Another site than localhost, where the server is.
    const portal = new Portal(http, `http://127.0.0.1:${address.port}`);
    http.on('request', ({ url }, response) => {
      void portal.#answer(url ?? '').then(([kind, body]) => response.setHeader('Content-Type', kind).end(body));
    });
    return portal;
  }

  close(): void {
    this.http.close();
    this.http.closeAllConnections();
  }

  async #answer(url: string): Promise<[kind: string, body: string | Buffer]> {
    if (url === '/my/visit') {
      this.asked += 1;
      return ['application/json', JSON.stringify(this.visit)];
    }
    if (typeof this.page === 'string') return ['text/html', `<!doctype html><title>Portal</title>${this.page}`];
    const folder = path.join(target, 'sdk', this.page.project, 'dist');
    if (!existsSync(folder)) throw new Error(`${folder} is not there: run scripts/packed-sdk.sh`);
    const file = path.join(folder, url === '/' ? 'index.html' : url);
    if (!existsSync(file)) return ['text/html', ''];
    return [KINDS[path.extname(file)] ?? 'text/html', await readFile(file)];
  }
}

/** The code blocks of a language under a heading of docs/sdk.md. */
export async function documented(heading: string, language: string): Promise<string[]> {
  const text = await readFile(path.join(root, 'docs/sdk.md'), 'utf8');
  const section = text.split(/^###? /m).find((it) => it.startsWith(heading));
  if (!section) throw new Error(`docs/sdk.md has no section "${heading}"`);
  const blocks = section.matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...blocks].filter((it) => it[1] === language).map((it) => it[2] ?? '');
}

/** One of the package's own examples, which a compiler has checked. */
export async function example(file: string): Promise<string> {
  return readFile(path.join(root, 'web/packages/client/examples', file), 'utf8');
}
