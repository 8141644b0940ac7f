import { sendGarbage } from '../harness/udp-garbage.ts';
import { expect, test } from '../harness/fixtures.ts';
import { startCall } from '../harness/session.ts';

test('an address of no session says so, and leads on', async ({ patient }) => {
  await patient.enter();
  for (const id of ['0190f5a0-0000-7000-8000-000000000000', 'no-id', '%F0%9F%92%A9']) {
    await patient.page.goto(`/join/${id}`);
    await expect(patient.getByTestId('error').first(), id).toBeVisible();
    await expect(patient.getByTestId('join'), id).toHaveCount(0);
  }
});

test('notes over 500 characters cannot be saved, and are not lost', async ({ doctor, patient }) => {
  const session = await startCall(doctor, patient);
  await doctor.endCall();
  await doctor.expectOut(1000);

  // 🩺 is one character, though two units in JavaScript.
  await doctor.getByTestId('notes').fill('🩺'.repeat(501));
  await expect(doctor.getByTestId('notes-count')).toContainText('501');
  await expect(doctor.getByTestId('save-notes')).toBeDisabled();
  await doctor.getByTestId('notes').fill('🩺'.repeat(500));
  await doctor.getByTestId('save-notes').click();
  await expect(doctor.getByTestId('saved')).toBeVisible();
  expect((await session.read()).notes).toBe('🩺'.repeat(500));
});

test('a wrong password is refused with a sentence', async ({ patient }) => {
  await patient.page.goto('/');
  // In a demonstration the form is folded away.
  await patient.page.getByText('Sign in with an account').click();
  await patient.page.getByLabel(/e-?mail/i).fill('patient@demo.test');
  await patient.page.getByLabel(/password/i).fill('wrong');
  await patient.page.getByRole('button', { name: /sign in/i }).click();
  await expect(patient.getByTestId('error').first()).toBeVisible();
  await expect(patient.page).toHaveURL('/');
});

test('what the server is sent by mistake gets a problem document, and calls go on', async ({ doctor, patient, server }) => {
  await startCall(doctor, patient);
  const attempts: [string, RequestInit, number][] = [
    ['/auth/login', { method: 'POST', body: '{"email":' }, 400],
    ['/auth/login', { method: 'POST', body: '{"email":1,"password":2}' }, 422],
    ['/auth/login', { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } }, 415],
    ['/auth/login', { method: 'POST', body: JSON.stringify({ email: 'x'.repeat(2 << 20), password: '' }) }, 413],
    ['/sessions', {}, 401],
    ['/sessions', { headers: { Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } }, 401],
    ['/nothing/here', {}, 404],
  ];
  for (const [path, request, status] of attempts) {
    const headers = { 'Content-Type': 'application/json', ...request.headers };
    const response = await fetch(`${server.url}/api/v1${path}`, { ...request, headers });
    expect(response.status, `${request.method ?? 'GET'} ${path}`).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code: expect.any(String) });
  }
  await Promise.all([0, 1].map((worker) => sendGarbage(server.mediaPort + worker, 500)));
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
});
