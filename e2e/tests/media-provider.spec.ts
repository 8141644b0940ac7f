// Who carries the call of an appointment, chosen where it is booked.

import { Account } from '../harness/api.ts';
import { NOTHING, violations } from '../harness/axe.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import { expect, test } from '../harness/fixtures.ts';
import { sessionOf } from '../harness/session.ts';

interface Appointment {
  id: string;
  title: string | null;
  media_provider: string;
}

const TITLE = 'By another provider';

test.describe('a server with a second provider', () => {
  // Nothing answers there: booking opens no room.
  test.use({
    settings: {
      OPENVISIT_MEDIA_PROVIDER: 'embedded',
      OPENVISIT_LIVEKIT_URL: 'ws://127.0.0.1:9',
      OPENVISIT_LIVEKIT_API_KEY: 'APIopenvisit',
      OPENVISIT_LIVEKIT_API_SECRET: 'a secret of more than thirty-two characters',
    },
  });

  test('books with it, and back', async ({ doctor, server }) => {
    await doctor.enter();
    const account = await Account.logIn(server, 'doctor');
    const carrier = doctor.getByTestId('carrier');

    await begin(doctor);
    await expect(carrier.getByRole('option')).toHaveText(['OpenVisit (this server) · default', 'LiveKit']);
    await expect(carrier).toHaveValue('embedded');
    await doctor.getByTestId('kind-in_person').check();
    await expect(carrier, 'nobody carries a visit in person').toHaveCount(0);
    await doctor.getByTestId('kind-video').check();
    await carrier.selectOption({ label: 'LiveKit' });
    expect(await violations(doctor.page)).toEqual(NOTHING);
    await book(doctor);
    expect(await booked(account)).toMatchObject({ media_provider: 'livekit' });

    await edit(doctor, (await booked(account)).id);
    await expect(carrier).toHaveValue('livekit');
    await doctor.getByTestId('notes').fill('Only this changes');
    await save(doctor);
    expect(await booked(account)).toMatchObject({ media_provider: 'livekit' });

    await edit(doctor, (await booked(account)).id);
    await carrier.selectOption('embedded');
    await save(doctor);
    expect(await booked(account)).toMatchObject({ media_provider: 'embedded' });
  });

  test('says that it stays once the call has begun', async ({ doctor, server }) => {
    await doctor.enter();
    const account = await Account.logIn(server, 'doctor');
    const session = await sessionOf(doctor);
    await edit(doctor, (await session.read()).appointment_id);
    await expect(doctor.getByTestId('carrier')).toBeEnabled();
    await account.post(`/sessions/${session.id}/start`);
    await expect(doctor.getByTestId('carrier')).toBeDisabled();
    await expect(doctor.page.getByText('The call has started: this can no longer be changed.')).toBeVisible();
    expect(await violations(doctor.page)).toEqual(NOTHING);
  });
});

test.describe('a server whose usual provider is another', () => {
  test.use({ settings: { OPENVISIT_JITSI_URL: 'https://meet.example.test' } });

  test('decides by itself for whoever leaves it at that, also when its mind has changed', async ({ doctor, server }) => {
    await doctor.page.route('**/api/v1/config', async (route) => {
      const answer = await route.fetch();
      const before = { providers: ['embedded', 'jitsi'], default: 'embedded' };
      await route.fulfill({ response: answer, json: { ...(await answer.json()), media: before } });
    });
    await doctor.enter();
    await begin(doctor);
    await expect(doctor.getByTestId('carrier').getByRole('option')).toHaveText(['OpenVisit (this server) · default', 'Jitsi']);
    await expect(doctor.getByTestId('carrier')).toHaveValue('embedded');
    await book(doctor);
    expect(await booked(await Account.logIn(server, 'doctor'))).toMatchObject({ media_provider: 'jitsi' });
  });
});

test('a server that alone carries calls gives nothing to choose', async ({ doctor }) => {
  await doctor.enter();
  await begin(doctor);
  await expect(doctor.getByTestId('passcode')).toBeVisible();
  await expect(doctor.getByTestId('carrier')).toHaveCount(0);
});

async function begin({ page }: ParticipantPage): Promise<void> {
  await page.goto('/calendar?view=agenda');
  await page.getByTestId('new-appointment').click();
}

/** Half an hour with somebody new, on a day that the demo has nothing on. */
async function book({ page }: ParticipantPage): Promise<void> {
  await page.getByTestId('new-client').click();
  await page.getByTestId('client-name').fill('Oda Lien');
  await page.getByTestId('date').fill(new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10));
  await page.getByTestId('title').fill(TITLE);
  await page.getByTestId('save-appointment').click();
  await page.getByTestId('invitation-done').click();
}

async function edit({ page }: ParticipantPage, id: string): Promise<void> {
  await page.goto(`/calendar?view=agenda&appointment=${id}`);
  await page.getByTestId('edit-appointment').click();
}

async function save({ page }: ParticipantPage): Promise<void> {
  await page.getByTestId('save-appointment').click();
  await expect(page.getByTestId('schedule-dialog')).toHaveCount(0);
}

async function booked(account: Account): Promise<Appointment> {
  const { items } = await account.get<{ items: Appointment[] }>(`/appointments?limit=100&from=${new Date().toISOString()}`);
  const found = items.find(({ title }) => title === TITLE);
  if (!found) throw new Error('it was not booked');
  return found;
}
