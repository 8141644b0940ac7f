// What a call page loads, and from which document: the programs of media providers come only where they are needed.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '../harness/fixtures.ts';
import { startCall, sessionOf } from '../harness/session.ts';

const BUILT = path.resolve(import.meta.dirname, '../../web/.svelte-kit/output/client/.vite/manifest.json');
const ADAPTERS = 'packages/client/src/providers/';

/** The files of the adapters, each with its vendor's program. */
function programs(): string[] {
  const manifest = JSON.parse(readFileSync(BUILT, 'utf8')) as Record<string, { file: string }>;
  const adapters = Object.entries(manifest).filter(([source]) => source.startsWith(ADAPTERS));
  return adapters.map(([, { file }]) => `/${file}`);
}

test('an embedded call loads nothing of any other provider', async ({ doctor, patient, server }) => {
  const loaded: string[] = [];
  for (const { context } of [doctor, patient]) context.on('request', (request) => loaded.push(request.url()));
  await startCall(doctor, patient);
  expect(programs()).toHaveLength(4);
  expect(loaded.filter((url) => url.endsWith('.js')).length).toBeGreaterThan(10);
  expect(loaded.filter((url) => programs().includes(new URL(url).pathname))).toEqual([]);
  expect(loaded.filter((url) => new URL(url).host !== new URL(server.url).host)).toEqual([]);
});

test('pages and their programs come as small as the browser can read them', async ({ patient }) => {
  const answered = patient.page.waitForResponse((it) => it.url().includes('/_app/immutable/entry/'));
  const page = await patient.page.goto('/');
  for (const answer of [page, await answered])
    expect(await answer?.headerValue('content-encoding'), answer?.url()).toBe('br');
});

test('who is signed out asks once who it is', async ({ patient }) => {
  const asked: string[] = [];
  patient.page.on('request', (it) => it.url().endsWith('/auth/refresh') && asked.push(it.url()));
  await patient.page.goto('/overview');
  await expect(patient.page).toHaveURL('/');
  expect(asked).toHaveLength(1);
});

test('a call page is a document of its own, also for who comes by a link inside the program', async ({ doctor }) => {
  await doctor.enter();
  const { id } = await sessionOf(doctor);
  await doctor.page.goto('/today');
  await expect(doctor.page.getByRole('main')).toBeVisible();
  await doctor.page.evaluate((href) => {
    const link = document.createElement('a');
    link.href = href;
    document.body.append(link);
    link.click();
  }, `/join/${id}`);
  await expect(doctor.getByTestId('lobby')).toBeVisible();
  const loadedAs = () => doctor.page.evaluate(() => performance.getEntriesByType('navigation')[0]?.name);
  expect(await loadedAs()).toContain(`/join/${id}`);
});
