// What an administrator does, and what everybody sets for oneself.

import { readFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';

import { Account } from '../harness/api.ts';
import { NOTHING, violations } from '../harness/axe.ts';
import { DESKTOP } from '../harness/devices.ts';
import { startWebhookReceiver } from '../harness/webhook-receiver.ts';
import { UserPages, type User } from '../pages/user-pages.ts';
import { expect, test as base } from '../harness/fixtures.ts';

const PASSWORD = 'openvisit-demo';
const ANOTHER_PASSWORD = 'a-better-password';
const BRITISH = { ...DESKTOP, locale: 'en-GB' };

const test = base.extend<{ open: (user: User, path: string) => Promise<Page> }>({
  open: async ({ server, doctorBrowser, patientBrowser }, use) => {
    const browsers = { practitioner: doctorBrowser, client: patientBrowser };
    const users = await UserPages.signIn(server, browsers, BRITISH);
    await use(async (user, path) => {
      await users.open(user, path);
      return users.page(user);
    });
    await users.close();
  },
});

test.use({ settings: { OPENVISIT_WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' } });

test('an administrator makes an account, changes it, and shuts it', async ({ server, open }) => {
  const page = await open('admin', '/admin/users');
  const maySignIn = async (password: string) => {
    const data = { email: 'iris@demo.test', password };
    return (await page.request.post('/api/v1/auth/login', { data })).ok();
  };

  await test.step('made', async () => {
    await page.getByTestId('add-person').click();
    await page.getByLabel('Name', { exact: true }).fill('Dr. Iris Okoye');
    await page.getByLabel('E-mail').fill('iris@demo');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('checkbox', { name: 'Doctor' }).uncheck();
    await page.getByTestId('create-person').click();
    const roles = page.getByRole('group', { name: 'Roles' });
    await expect(roles).toHaveAccessibleDescription('Please choose at least one role.');
    await expect(roles.getByRole('checkbox').first()).toBeFocused();
    await expect(page.getByLabel('Name', { exact: true }), 'what was typed stays').toHaveValue('Dr. Iris Okoye');

    await roles.getByRole('checkbox', { name: 'Doctor' }).check();
    await page.getByLabel('E-mail').fill('doctor@demo.test');
    await page.getByTestId('create-person').click();
    await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/Another account already uses this address/);
    await expect(page.getByLabel('E-mail')).toBeFocused();
    await page.getByLabel('E-mail').fill('iris@demo.test');
    await page.getByTestId('create-person').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dr. Iris Okoye');
    expect(await maySignIn(PASSWORD)).toBe(true);
  });

  await test.step('changed', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Dr. Iris Mensah');
    await page.getByTestId('save-person').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dr. Iris Mensah');
    await page.getByLabel('E-mail').fill('');
    await page.getByTestId('save-person').click();
    await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/signs in with its e-mail address/);
    await page.getByLabel('E-mail').fill('iris@demo.test');
    const zone = page.getByRole('combobox', { name: 'Time zone' });
    await zone.fill('japan +9');
    await expect(page.getByRole('listbox', { name: 'Time zone' }).getByRole('option')).toHaveText([/^Tokyo/]);
    await zone.press('Enter');
    await page.getByTestId('save-person').click();
    await expect(page.getByText('Saved')).toBeVisible();
    await page.reload();
    await expect(zone).toHaveValue(/^Tokyo, Japan.*\(GMT\+9\)$/);
    await page.getByLabel('New password').fill('another-password');
    await page.getByTestId('reset-password').click();
    await expect(page.getByText('The new password is set.')).toBeVisible();
    expect([await maySignIn(PASSWORD), await maySignIn('another-password')]).toEqual([false, true]);
  });

  await test.step('shut, and opened again', async () => {
    await page.getByTestId('disable').click();
    await page.getByTestId('confirm').getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByTestId('disable'), 'where one was before').toBeFocused();
    await page.getByTestId('disable').click();
    await page.getByTestId('confirm-yes').click();
    await expect(page.getByTestId('enable')).toBeVisible();
    expect(await maySignIn('another-password')).toBe(false);
    await page.getByTestId('enable').click();
    await expect(page.getByTestId('disable')).toBeVisible();
    expect(await maySignIn('another-password')).toBe(true);
  });

  await test.step('chooses a password by a link', async () => {
    await page.getByTestId('make-link').click();
    const link = await page.getByTestId('secret').inputValue();
    const owner = await page.context().browser()!.newPage();
    await owner.goto(link);
    await owner.getByLabel('Password').fill('chosen-by-a-link');
    await owner.getByTestId('choose-password').click();
    await expect(owner.getByTestId('chosen')).toBeVisible();
    expect([await maySignIn('another-password'), await maySignIn('chosen-by-a-link')]).toEqual([false, true]);
    await owner.goto('about:blank');
    await owner.goto(link);
    await owner.getByLabel('Password').fill('and-once-more');
    await owner.getByTestId('choose-password').click();
    await expect(owner.getByTestId('error')).toHaveAttribute('data-code', 'not_found');
    await owner.close();
  });

  await test.step('found', async () => {
    await open('admin', '/admin/users');
    const people = page.getByTestId('person');
    await page.getByTestId('search').fill('mensah');
    await expect(people).toHaveCount(1);
    await expect(people).toContainText('Dr. Iris Mensah');
    await page.getByTestId('search').fill('nobody at all');
    await expect(page.getByText('No results for “nobody at all”.')).toBeVisible();
  });

  await test.step('a program has a key, which is replaced and revoked', async () => {
    const clients = async (key: string) => {
      const headers = { Authorization: `Bearer ${key}` };
      return (await page.request.get('/api/v1/clients', { headers })).status();
    };
    await open('admin', '/admin/programs');
    await expect(page.getByText('No programs yet.')).toBeVisible();
    await page.getByTestId('add-program').click();
    await page.getByLabel('Name', { exact: true }).fill('Website');
    await page.getByTestId('create-program').click();
    const organization = page.getByLabel('Organization');
    await expect(organization).toHaveAccessibleDescription('Please choose the organization it books for.');
    await organization.selectOption({ index: 1 });
    await page.getByTestId('create-program').click();
    await expect(page.getByText('No keys yet.')).toBeVisible();

    await page.getByTestId('make-key').click();
    const scopes = page.getByRole('group', { name: 'Permissions' });
    await expect(scopes).toHaveAccessibleDescription('Please choose at least one permission.');
    await expect(scopes.getByRole('checkbox', { name: /users:write/ })).toHaveCount(0);
    await scopes.getByRole('checkbox', { name: /clients:read/ }).check();
    await page.getByTestId('make-key').click();
    await expect(page.getByTestId('secret')).toHaveValue(/^ovk_/);
    const first = await page.getByTestId('secret').inputValue();
    const keys = page.getByTestId('key');
    await expect(keys).toContainText('never expires · never used');
    expect(await clients(first)).toBe(200);
    expect(await violations(page)).toEqual(NOTHING);

    await keys.getByTestId('rotate-key').click();
    await page.getByTestId('confirm-yes').click();
    await expect(page.getByTestId('secret')).not.toHaveValue(first);
    const second = await page.getByTestId('secret').inputValue();
    await expect(keys).toHaveCount(2);
    await expect(keys.first()).toContainText(/until .* · last used/);
    await keys.first().getByTestId('revoke-key').click();
    await page.getByTestId('confirm-yes').click();
    await expect(keys).toHaveCount(1);
    expect([await clients(first), await clients(second)]).toEqual([401, 200]);
    await page.getByTestId('disable-program').click();
    await expect(page.getByText('Its keys don’t work until you enable it again.')).toBeVisible();
    expect(await clients(second)).toBe(401);
  });
  expect(server.errors()).toEqual([]);
});

test('what a role may not do is not there', async ({ open, server }) => {
  const page = await open('doctor', '/admin/users');
  await expect(page).toHaveURL(/\/today$/);
  await expect(page.getByRole('link', { name: 'Webhooks' })).toHaveCount(0);
  const client = await open('patient', '/calendar');
  await expect(client).toHaveURL(/\/overview$/);
  const reception = await open('assistant', '/requests');
  await expect(reception).toHaveURL(/\/calendar/);
  const doctor = await Account.logIn(server, 'doctor');
  const { items } = await doctor.get<{ items: { id: string }[] }>('/sessions?status=scheduled');
  await reception.goto(`/join/${items[0]?.id}`);
  await expect(reception.getByTestId('error')).toHaveAttribute('data-code', 'forbidden');
  await expect(reception.getByTestId('join')).toHaveCount(0);
});

test('people set their name, language and password', async ({ open, server, patientBrowser }) => {
  const page = await open('doctor', '/settings');
  const profile = page.getByTestId('profile');
  await profile.getByLabel('Name').fill('Dr. Ada Okafor-Lind');
  await profile.getByTestId('save-profile').click();
  await expect(profile.getByText('Saved')).toBeVisible();
  await expect(page.getByRole('navigation').first()).toContainText('Dr. Ada Okafor-Lind');

  let doctor = await Account.logIn(server, 'doctor');
  const me = () => doctor.get<{ practitioner: { accepts_requests: boolean } }>('/me');
  const { accepts_requests } = (await me()).practitioner;
  await page.getByRole('switch', { name: 'I accept requests' }).click();
  await expect.poll(async () => (await me()).practitioner.accepts_requests).toBe(!accepts_requests);

  const device = await patientBrowser.newContext({ ...BRITISH, baseURL: server.url });
  await device.request.post('/api/v1/auth/login', { data: { email: 'doctor@demo.test', password: PASSWORD } });
  const elsewhere = await device.newPage();
  await elsewhere.goto('/settings');
  await expect(elsewhere.getByTestId('profile')).toBeVisible();
  const password = page.getByTestId('password');
  const next = password.getByLabel('New password', { exact: true });
  await next.fill('Password1234');
  await expect(password.getByTestId('strength')).toHaveText('Acceptable');
  await password.getByLabel('Repeat new password').fill('Password1234');
  await password.getByLabel('Current password').fill(PASSWORD);
  await page.getByTestId('save-password').click();
  await expect(next).toHaveAccessibleDescription(/Many people use this password/);
  await password.getByLabel('Current password').fill('not this one');
  await password.getByLabel('New password', { exact: true }).fill(ANOTHER_PASSWORD);
  await password.getByLabel('Repeat new password').fill(ANOTHER_PASSWORD);
  await page.getByTestId('save-password').click();
  await expect(password.getByLabel('Current password')).toHaveAccessibleDescription('This is not your current password.');
  await expect(password.getByLabel('Current password')).toBeFocused();
  await password.getByLabel('Current password').fill(PASSWORD);
  await page.getByTestId('save-password').click();
  await expect(password.getByText('Your password is changed.')).toBeVisible();
  // Whoever came by the password of before is out, and this page is not.
  await expect(elsewhere).toHaveURL(`${server.url}/`);
  await device.close();
  doctor = await Account.signIn(server, 'doctor@demo.test', ANOTHER_PASSWORD);

  await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
  await page.getByTestId('save-language').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Einstellungen');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  expect(await me()).toMatchObject({ locale: 'de', name: 'Dr. Ada Okafor-Lind' });
});

test('a practitioner reads what became of the months, and takes them along', async ({ open, server }) => {
  const page = await open('doctor', '/reports');
  const doctor = await Account.logIn(server, 'doctor');
  await expect(page.getByTestId('report')).toBeVisible();
  await expect(page.getByTestId('this-month')).toContainText('Average duration');
  await page.getByLabel('From').selectOption({ index: 2 });
  await expect(page).toHaveURL(/from=\d{4}-\d\d&to=/);
  const range = new URL(page.url()).search;
  await expect(page.getByRole('table', { name: 'All figures as a table' }).locator('tbody tr')).toHaveCount(3);

  const timezone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const figures = await doctor.get<{ total: { consultations: number } }>(`/reports${range}&timezone=${timezone}`);
  expect(figures.total.consultations, 'the demo has a past').toBeGreaterThan(0);
  await expect(page.getByRole('row', { name: /^Total/ })).toContainText(String(figures.total.consultations));
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('csv').click()]);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/);
  expect(lines[0]).toContain('consultations');
  expect(lines).toHaveLength(4);

  await page.goto('/reports?from=2031-01&to=2030-01');
  await expect(page.getByLabel('From')).toHaveAccessibleDescription(/24 months/);
});

test('not everything works while a webhook gets no events', async ({ open, server }) => {
  const page = await open('admin', '/admin/system');
  const verdict = page.getByTestId('verdict');
  await expect(verdict).toHaveText(/Everything works/);
  const [admin, doctor] = await Promise.all([Account.logIn(server, 'admin'), Account.logIn(server, 'doctor')]);
  const { url } = await startWebhookReceiver(503, 204);
  await admin.post('/webhooks', { url, events: ['appointment.cancelled'] });
  const { items } = await doctor.get<{ items: { id: string }[] }>('/appointments?status=scheduled&limit=1');
  await doctor.post(`/appointments/${items[0]?.id}/cancel`);
  await expect(verdict).toHaveText(/Something needs attention\s+Events aren’t reaching a webhook\./);
  await expect(verdict).toHaveAttribute('data-good', 'false');
  // The second try comes after some seconds, and takes what was refused.
  await expect(verdict).toHaveAttribute('data-good', 'true');
});

test.describe('a message broker that is away', () => {
  test.use({ settings: { OPENVISIT_AMQP_URL: 'amqp://127.0.0.1:9' } });

  test('is told wherever the page speaks of it', async ({ open }) => {
    const page = await open('admin', '/admin/system');
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-good', 'false');
    await expect(page.getByTestId('system')).toContainText('Not responding');
    await expect(page.getByTestId('broker-reason')).toContainText('the message broker cannot be used');
    await expect(page.getByRole('row', { name: 'Message broker' })).toContainText('Failing');
  });
});

test('an administrator sees how the server does, and why somebody cannot go on', async ({ open, server }) => {
  const page = await open('admin', '/admin/system');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-good', 'true');
  await expect(page.getByTestId('system')).toContainText('SQLite');
  const checks = page.getByTestId('checks').getByRole('listitem');
  await expect(checks.filter({ hasText: 'Media over UDP' })).toContainText('Reached, and it is this server.');
  await expect(checks.filter({ hasText: 'Public address' })).toContainText('on this machine only');
  await expect(page.getByTestId('checks').locator('[data-verdict=fault]')).toHaveCount(0);

  await test.step('keys that are lost and a clock that was set are told', async () => {
    await page.route('**/api/v1/system', async (route) => {
      const state = (await (await route.fetch()).json()) as object;
      const wrong = { keys: { lost: 1, other_pepper: true }, clock_ahead_seconds: 3_600 };
      await route.fulfill({ json: { ...state, ...wrong } });
    });
    await expect(page.getByTestId('keys-lost')).toContainText('One key is missing');
    await expect(page.getByTestId('keys-lost')).toContainText('Passcodes given out earlier no longer work');
    await expect(page.getByTestId('clock-set')).toContainText('was set 1 hr ahead');
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-good', 'false');
    expect(await violations(page)).toEqual(NOTHING);
  });

  const doctor = await Account.logIn(server, 'doctor');
  await doctor.patch('/me', { accepts_requests: false });
  await page.goto('/admin/support');
  const asked = async (section: string, text: string) => {
    await page.getByTestId(`about-${section}`).getByRole('textbox').fill(text);
    await page.getByTestId(`look-${section}`).click();
    return page.getByTestId(`${section}-answer`);
  };
  await expect(await asked('session', 'no-such-id')).toContainText('Is it complete?');
  const { items } = await doctor.get<{ items: { id: string }[] }>('/sessions?status=completed&limit=1');
  const over = await asked('session', items[0]?.id ?? '');
  await expect(over).toContainText('It can’t be ended: it is over.');
  await expect(over.getByTestId('joining')).toHaveText('Nobody can join anymore: it is over.');
  await expect(over.getByTestId('advice')).toContainText('ending it again changes nothing');
  const answer = await asked('practitioner', 'doctor@demo.test');
  await expect(answer.getByTestId('verdict')).toHaveAttribute('data-good', 'false');
  await expect(answer.getByRole('listitem').filter({ hasText: 'It accepts requests' })).toContainText('missing');
  await expect(answer.getByTestId('advice')).toContainText('Turn on “Accepts requests” in the account.');
  await answer.getByTestId('account').click();
  await page.getByRole('switch', { name: 'Accepts requests' }).click();
  await page.getByTestId('save-person').click();
  await expect(page.getByText('Saved')).toBeVisible();
  await page.goBack();
  await expect(page.getByTestId('practitioner-answer').getByTestId('verdict')).toHaveAttribute('data-good', 'true');
});

test('a webhook is told what happens, and again by hand', async ({ open, server }) => {
  const { url, received } = await startWebhookReceiver();
  const page = await open('admin', '/admin/webhooks');
  await page.getByTestId('add-webhook').click();
  await page.getByRole('textbox', { name: 'Address' }).fill('http://10.0.0.1/events');
  await page.getByTestId('create-webhook').click();
  await expect(page.getByRole('textbox', { name: 'Address' })).toHaveAccessibleDescription(/isn’t on the public internet/);
  await page.getByRole('textbox', { name: 'Address' }).fill(url);
  await page.getByLabel('Only these').check();
  await page.getByRole('checkbox', { name: 'Appointment cancelled' }).check();
  await page.getByTestId('create-webhook').click();
  await expect(page.getByTestId('secret')).toHaveValue(/^whsec_/);
  const secret = await page.getByTestId('secret').inputValue();
  await page.getByTestId('to-webhook').click();
  await expect(page.getByText('Nothing sent yet.')).toBeVisible();

  const admin = await Account.logIn(server, 'admin');
  const { items } = await admin.get<{ items: { appointment_id: string }[] }>('/sessions?status=scheduled&limit=1');
  await admin.post(`/appointments/${items[0]?.appointment_id}/cancel`);
  await expect.poll(() => received.length).toBe(1);
  await page.getByTestId('refresh').click();
  const delivery = page.getByTestId('delivery');
  await expect(delivery).toContainText('Appointment cancelled');
  await expect(delivery).toHaveAttribute('data-state', 'delivered');
  await delivery.getByTestId('redeliver').click();
  await expect.poll(() => received.length).toBe(2);
  expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id']);

  await test.step('the secret is replaced, and both are valid for a day', async () => {
    await page.getByTestId('rotate-secret').click();
    await page.getByTestId('confirm-yes').click();
    await expect(page.getByTestId('secret')).toHaveValue(/^whsec_/);
    expect(await page.getByTestId('secret').inputValue()).not.toBe(secret);
    await expect(page.getByTestId('old-secret-until')).toContainText('The previous secret is also valid until');
    expect(await violations(page)).toEqual(NOTHING);
    await page.reload();
    await expect(page.getByTestId('old-secret-until')).toBeVisible();
    await expect(page.getByTestId('secret'), 'it is shown once').toHaveCount(0);
    await page.getByTestId('rotate-secret').click();
    await expect(page.getByTestId('confirm'), 'a second time ends the first').toContainText('It ends right away');
    await page.keyboard.press('Escape');
  });

  await test.step('the booking’s metadata is kept here', async () => {
    await page.getByRole('switch', { name: /metadata/ }).click();
    await page.getByTestId('save-webhook').click();
    await expect(page.getByText('Saved')).toBeVisible();
    const { items } = await admin.get<{ items: { metadata: boolean }[] }>('/webhooks');
    expect(items.map(({ metadata }) => metadata)).toEqual([false]);
  });

  await test.step('what was before is told, and what is set aside is found and sent again', async () => {
    await expect(delivery.getByTestId('earlier')).toContainText('Sent once before');
    await delivery.getByTestId('earlier').getByText('Sent once before').click();
    await expect(delivery.getByTestId('earlier')).toContainText(/Delivered · 204 · 1 attempt/);
    // It takes three tries within minutes until something is set aside.
    await page.route(/deliveries\?state=given_up/, async (route) => {
      const answer = await route.fetch({ url: route.request().url().replace('state=given_up&', '') });
      const { items, ...rest } = (await answer.json()) as { items: object[] };
      const aside = { state: 'given_up', last_status: 400, last_error: 'refused', attempts: 3 };
      await route.fulfill({ json: { ...rest, items: items.map((it) => ({ ...it, ...aside })) } });
    });
    await page.getByTestId('delivery-state').selectOption({ label: 'Failed or set aside' });
    await expect(delivery).toContainText('Set aside');
    await expect(delivery).toContainText('400 · not accepted');
    expect(await violations(page)).toEqual(NOTHING);
    await delivery.getByTestId('redeliver').click();
    await expect.poll(() => received.length).toBe(3);
    expect(String(received[2]?.headers['webhook-signature']).split(' '), 'signed with both').toHaveLength(2);
    await expect(delivery.getByTestId('earlier')).toContainText('Sent 2 times before');
  });

  await page.getByTestId('remove-webhook').click();
  await page.getByTestId('confirm-yes').click();
  await expect(page).toHaveURL(/\/admin\/webhooks$/);
  await expect(page.getByText('No webhooks yet.')).toBeVisible();
});
