// Telehealth: what its users see, in the order in which it happens.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Application, ids, server, until } from '../common/application.js';
import { CallPage, telehealthService } from './front-end.js';

const telehealth = new Application('telehealth');
const LEFT = ['tracks stopped', 'video removed', 'room left', 'toast: Session ended', '/appointments'];

async function callOfTwo() {
  const clinician = telehealth.person(ids.uuid(), 'clinician', 'Dr. Ada Okafor');
  const patient = telehealth.person(ids.uuid(), 'patient', 'Sam Reyes');
  const { session_id } = await telehealth.book(ids.uuid(), clinician, patient);
  const pages = [clinician, patient].map(({ token }) => new CallPage(telehealthService(server, token)));
  return { session_id, clinicians: pages[0], patients: pages[1] };
}

test('a waiting patient is connected, with a toast, once the clinician has come', async () => {
  const { session_id, clinicians, patients } = await callOfTwo();
  await patients.join(session_id, 'patient');
  assert.deepEqual(patients.did, []);
  await clinicians.join(session_id, 'clinician');
  await until(
    () => patients.join(session_id, 'patient'),
    ({ status }) => status === 'IN_SESSION',
  );
  assert.deepEqual(clinicians.did, ['toast: Connected to telehealth session']);
  assert.deepEqual(patients.did, ['toast: Connected to telehealth session']);
});

test('the red button ends the call, then lets go of camera, pictures and room, and goes to the appointments', async () => {
  const { session_id, clinicians, patients } = await callOfTwo();
  await clinicians.join(session_id, 'clinician');
  await patients.join(session_id, 'patient');
  for (const page of [clinicians, patients]) {
    page.did = [];
    await page.endCall();
    assert.deepEqual(page.did, ['ended', ...LEFT]);
    assert.ok(page.tracks.every(({ stopped }) => stopped));
  }
});

test('a server that refuses the end, or is away, keeps nobody in the call', async () => {
  const { session_id, clinicians } = await callOfTwo();
  await clinicians.join(session_id, 'clinician');
  const sent_away = new CallPage(telehealthService(server, 'a token that has run out'));
  const offline = new CallPage(telehealthService('http://127.0.0.1:1', 'any'));
  for (const page of [sent_away, offline]) {
    page.session = clinicians.session;
    await page.endCall();
    assert.match(page.did[0], /^not ended: ./);
    assert.deepEqual(page.did.slice(1), LEFT);
    assert.ok(page.tracks.every(({ stopped }) => stopped));
  }
});
