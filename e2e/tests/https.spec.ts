// As operators run it: by HTTPS, behind a proxy or with certificate files of its own.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DESKTOP } from '../harness/devices.ts';
import { expect, test as base } from '../harness/fixtures.ts';
import { makeCertificate, Nginx } from '../harness/nginx.ts';
import { meet } from '../harness/session.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';

/** The sockets that a page opens, by their addresses. */
function socketsOf({ page }: ParticipantPage): string[] {
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  return sockets;
}

const test = base.extend({ device: { ...DESKTOP, ignoreHTTPSErrors: true } });

const proxied = test.extend<{ port: number; plain: boolean; nginx: Nginx }>({
  port: async ({}, use) => use(await Nginx.freePort()),
  settings: async ({ port }, use) =>
    use({ OPENVISIT_PUBLIC_URL: `https://localhost:${port}`, OPENVISIT_TRUSTED_PROXIES: '127.0.0.1/32' }),
  arrangement: async ({ port }, use) => use({ url: () => `https://localhost:${port}` }),
  plain: false,
  nginx: async ({ server, port, plain }, use) => {
    const nginx = await Nginx.start(port, server.port, { plain });
    await use(nginx);
    await nginx.dispose();
  },
});

proxied('behind nginx two meet by HTTPS, with a WebSocket, and invitations name the address outside', async ({ nginx, doctor, patient }) => {
  const sockets = socketsOf(doctor);
  await Promise.all([doctor.enter(), patient.enter()]);
  await meet(doctor, patient);
  expect(sockets.map((address) => new URL(address).protocol)).toContain('wss:');
  expect(sockets.every((address) => address.startsWith(nginx.url.replace('https', 'wss')))).toBe(true);
  const cookies = await doctor.context.cookies();
  expect(cookies.every(({ secure }) => secure)).toBe(true);

  await doctor.getByTestId('more').click();
  await doctor.getByTestId('invite').click();
  await doctor.getByTestId('make-invitation').click();
  const link = doctor.page.getByRole('dialog').locator('input[readonly]');
  await expect(link).toHaveValue(new RegExp(`^${nginx.url}/`));

  await doctor.page.keyboard.press('Escape');
  await doctor.endCall();
  await doctor.expectOut(1000);
  const upgrades = (await nginx.requests()).filter((line) => / websocket 101$/.test(line));
  expect(upgrades.length).toBeGreaterThan(0);
});

const hasty = proxied.extend({ plain: true });

hasty('behind nothing but proxy_pass two meet by polling, and a message arrives', async ({ nginx, doctor, patient }) => {
  await Promise.all([doctor.enter(), patient.enter()]);
  await meet(doctor, patient);
  await patient.getByTestId('toggle-chat').click();
  await patient.getByTestId('chat-input').fill('Good morning');
  await patient.page.keyboard.press('Enter');
  await doctor.getByTestId('toggle-chat').click();
  await expect(doctor.getByTestId('message')).toContainText('Good morning');
  const asked = await nginx.requests();
  expect(asked.filter((line) => / websocket 426$/.test(line)).length).toBeGreaterThan(0);
  expect(asked.filter((line) => / websocket 101$/.test(line))).toEqual([]);
});

const certified = test.extend<{ folder: string }>({
  folder: async ({}, use) => use(mkdtempSync(path.join(tmpdir(), 'openvisit-tls-'))),
  settings: async ({ folder }, use) => {
    const { certificate, key } = await makeCertificate(folder);
    await use({ OPENVISIT_TLS_CERTIFICATE: certificate, OPENVISIT_TLS_KEY: key });
  },
  arrangement: async ({}, use) => use({ url: (port) => `https://localhost:${port}` }),
});

certified('with certificate files two meet by HTTPS, with a WebSocket', async ({ doctor, patient }) => {
  const sockets = socketsOf(patient);
  await Promise.all([doctor.enter(), patient.enter()]);
  await meet(doctor, patient);
  expect(sockets.map((address) => new URL(address).protocol)).toContain('wss:');
});
