// Reception's day: who is here, who the practice knows, and what is booked for them.

import { Account, DEMO_PASSWORD } from '../harness/api.ts';
import { DESKTOP } from '../harness/devices.ts';
import { PATIENCE_MS } from '../harness/patience.ts';
import { expect, test } from '../harness/fixtures.ts';

test('reception sees who waits, finds a client without accents, and books and deletes for them', async ({ server, doctorBrowser, patient }) => {
  const desk = await Account.signIn(server, 'assistant@demo.test', DEMO_PASSWORD);
  await desk.post('/clients', { name: 'Łukasz Weiß', email: 'lw@example.test' });
  const context = await doctorBrowser.newContext({ baseURL: server.url, ...DESKTOP });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.request.post('/api/v1/auth/login', { data: { email: 'assistant@demo.test', password: DEMO_PASSWORD } });
  const page = await context.newPage();

  await test.step('the list of today tells who is in the waiting room', async () => {
    await page.goto('/arrivals');
    await expect(page.getByTestId('waiting-now')).toContainText('Nobody is waiting.');
    await expect(page.getByTestId('appointment-row').first()).toBeVisible();
    await patient.enter();
    await patient.join();
    await expect(page.getByTestId('waits-here')).toContainText('Sam Lindqvist');
    await expect(page.getByTestId('waits-here')).toContainText('Dr. Ada Okafor');
  });

  await test.step('clients are found by any part of the name', async () => {
    await page.locator('a[href="/clients"]').first().click();
    await expect(page.getByTestId('client').first()).toBeVisible();
    await page.getByTestId('search').fill('weiss luk');
    await expect(page.getByTestId('client')).toHaveCount(1);
    await page.getByRole('link', { name: 'Łukasz Weiß' }).click();
    await expect(page.getByTestId('contact')).toContainText('lw@example.test');
    await expect(page.getByTestId('client-upcoming')).toContainText('No appointments.');
  });

  await test.step('a client’s number is kept, and what is none is told at the field', async () => {
    const number = page.getByTestId('client-phone');
    await number.fill('call me');
    await page.getByTestId('save-phone').click();
    await expect(number).toHaveAttribute('aria-invalid', 'true');
    await number.fill('+49 30 5550-117');
    await page.getByTestId('save-phone').click();
    await expect(page.getByTestId('contact')).toContainText('Saved');
    await page.reload();
    await expect(number).toHaveValue('+49 30 5550-117');
  });

  await test.step('an appointment is booked from the client’s page, at a time that is free', async () => {
    await page.getByTestId('book-for').click();
    await expect(page.getByTestId('chosen-client')).toContainText('Łukasz Weiß');
    await expect(page.getByTestId('clash'), 'the time that is proposed is free').toHaveCount(0);
    await page.getByTestId('save-appointment').click();
    await page.getByTestId('invitation-done').click();
    await page.goBack();
    await expect(page.getByTestId('client-upcoming').getByTestId('appointment-row')).toHaveCount(1);
    await page.getByTestId('to-invitation').click();
    await expect(page.getByTestId('show-invitation')).toBeVisible();
  });

  await test.step('and deleted, after a question', async () => {
    await page.getByTestId('delete-appointment').click();
    await page.getByTestId('confirm-yes').click();
    await expect(page.getByTestId('toast')).toContainText('deleted');
    await page.goto('/appointments');
    await expect(page.getByTestId('appointment-row').first()).toBeVisible();
    await expect(page.getByText('Łukasz Weiß')).toHaveCount(0);
  });
  await context.close();
});
