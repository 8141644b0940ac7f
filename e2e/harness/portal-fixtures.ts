// Two portals, a practitioner's and a client's, and a server that lets both show its pages and call its API.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Account } from './api.ts';
import { expect, test as base } from './fixtures.ts';
import { Portal, type Visit } from './portal.ts';
import { Server } from './server.ts';

interface Portals {
  portal: Portal;
  patientPortal: Portal;
}

async function opened({}: object, use: (portal: Portal) => Promise<void>): Promise<void> {
  const portal = await Portal.open();
  await use(portal);
  portal.close();
}

export const test = base.extend<Portals>({
  portal: async ({}, use) => opened({}, use),
  patientPortal: async ({}, use) => opened({}, use),

  server: async ({ portal, patientPortal, settings }, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'openvisit-portal-'));
    const file = path.join(folder, 'openvisit.toml');
    const origins = JSON.stringify([portal.origin, patientPortal.origin]);
    await writeFile(file, `frame_ancestors = ${origins}\ncors_origins = ${origins}\n`);
    const server = await Server.start(['--demo', '--config', file], settings);
    await use(server);
    await server.dispose();
    await rm(folder, { recursive: true });
    expect(server.errors(), 'errors in the log of the server').toEqual([]);
  },
});

/** A token of whoever has such a visit, as their own system would give a newer one. */
export async function renewed(visit: Visit | null, server: Server, role: 'doctor' | 'patient' = 'doctor'): Promise<Visit> {
  if (!visit) throw new Error('there is no visit');
  return { ...visit, token: (await Account.logIn(server, role)).auth.token };
}

/** The demo's appointment that is now, as somebody's own system would hand it to its page. */
export async function visitOf(server: Server, role: 'doctor' | 'patient' = 'doctor'): Promise<Visit> {
  const account = await Account.logIn(server, role);
  const { items } = await account.get<{ items: { session_id: string; join_opens_at: string; ends_at: string }[] }>(
    '/appointments?status=scheduled',
  );
  const now = Date.now();
  const current = items.find((it) => Date.parse(it.join_opens_at) <= now && now < Date.parse(it.ends_at));
  if (!current) throw new Error('the demo has no appointment now');
  return { server: server.url, session: current.session_id, token: account.auth.token };
}
