// Somebody else's web site, which has a consultation in its page: what docs/integrate.md says, taken from there.

import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');

export interface Visit {
  server: string;
  session: string;
  token: string;
}

export class Portal {
  /** What the portal's own backend tells its page. */
  visit: Visit | null = null;
  page = '';
  /** By path: its program, and what that brings later. */
  scripts: Record<string, string> = {};

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
      const [kind, body] = portal.#answer(url ?? '');
      response.setHeader('Content-Type', kind).end(body);
    });
    return portal;
  }

  close(): void {
    this.http.close();
    this.http.closeAllConnections();
  }

  #answer(url: string): [kind: string, body: string] {
    if (url === '/my/visit') return ['application/json', JSON.stringify(this.visit)];
    const script = this.scripts[url];
    if (script !== undefined) return ['text/javascript', script];
    return ['text/html', `<!doctype html><title>Portal</title>${this.page}`];
  }
}

/** The code blocks of a language under a heading of docs/integrate.md. */
export async function documented(heading: string, language: string): Promise<string[]> {
  const text = await readFile(path.join(root, 'docs/integrate.md'), 'utf8');
  const section = text.split(/^## /m).find((it) => it.startsWith(heading));
  if (!section) throw new Error(`docs/integrate.md has no section "${heading}"`);
  const blocks = section.matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...blocks].filter((it) => it[1] === language).map((it) => it[2] ?? '');
}

/** The package's own example, which the compiler has checked. */
export async function example(): Promise<string> {
  return readFile(path.join(root, 'web/packages/client/examples/call-page.ts'), 'utf8');
}

/** A program for the browser, with the package in it, as a bundler makes it: its files by their paths. */
export async function bundled(source: string, name: string): Promise<Record<string, string>> {
  // Where a program that has installed the package would lie.
  const folder = await mkdtemp(path.join(root, 'web/node_modules/.portal-'));
  try {
    await writeFile(path.join(folder, 'page.ts'), source);
    const vite = await import(pathToFileURL(path.join(root, 'web/node_modules/vite/dist/node/index.js')).href);
    const built = await vite.build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: { write: false, target: 'esnext', lib: { entry: 'page.ts', formats: ['es'], fileName: () => name } },
    });
    const files = [built].flat()[0].output as { fileName: string; code: string }[];
    return Object.fromEntries(files.map(({ fileName, code }) => [`/${fileName}`, code]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
