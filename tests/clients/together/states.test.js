// One domain: a session in each of its states, in everybody's words at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Application, ids, server } from '../common/application.js';

const application = new Application('telehealth');

/** What a GET by this person answers. */
async function read({ token }, path) {
  const response = await fetch(`${server}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  const body = await response.json();
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(body)}`);
  return body;
}

/** The session as each application reads it. */
async function everybody({ practitioner, booked }) {
  const [session, appointment] = [booked.session_id, encodeURIComponent(booked.external_id)];
  const own = (path) => read(practitioner, path);
  return {
    telehealth: (await own(`/telehealth/sessions/${appointment}`)).data,
    marketplace: await own(`/api/sessions/${session}`),
    counselling: (await own(`/api/video-calls/session/${session}`)).session,
    clinic: await own(`/api/video/sessions/${session}`),
    practice: await own(`/api/video-sessions/${session}`),
  };
}

async function appointment(more = {}) {
  const practitioner = application.person(ids.uuid(), 'clinician', 'Dr. Ada Okafor');
  const client = application.person(ids.uuid(), 'patient', 'Sam Reyes');
  const booked = await application.book(ids.prefixed('appt-'), practitioner, client, more);
  const act = (who, verb) => application.api('POST', `/sessions/${booked.session_id}/${verb}`, {}, who.token);
  return { practitioner, client, booked, act };
}

const words = (all) => Object.values(all).map(({ status }) => status);

test('scheduled, payment open', async () => {
  const all = await everybody(await appointment({ payment_required: true }));
  assert.deepEqual(words(all), ['SCHEDULED', 'pending', 'Pending', 'CREATED', 'scheduled']);
});

test('scheduled, nothing to pay', async () => {
  const all = await everybody(await appointment());
  assert.deepEqual(words(all), ['SCHEDULED', 'pending', 'Confirmed', 'CREATED', 'scheduled']);
});

test('waiting', async () => {
  const made = await appointment();
  await made.act(made.client, 'join');
  const all = await everybody(made);
  assert.deepEqual(words(all), ['WAITING_ROOM', 'waiting', 'Confirmed', 'CREATED', 'scheduled']);
});

test('in progress', async () => {
  const made = await appointment();
  await made.act(made.practitioner, 'start');
  const all = await everybody(made);
  assert.deepEqual(words(all), ['IN_SESSION', 'live', 'In Progress', 'IN_PROGRESS', 'in_progress']);
});

test('completed', async () => {
  const made = await appointment();
  await made.act(made.practitioner, 'start');
  await made.act(made.practitioner, 'end');
  const all = await everybody(made);
  assert.deepEqual(words(all), ['COMPLETED', 'completed', 'Completed', 'COMPLETED', 'completed']);
  // The marketplace rounds up, at least to one; the others to the nearest.
  assert.equal(all.telehealth.durationMinutes, 0);
  assert.equal(all.marketplace.duration_minutes, 1);
  assert.equal(all.counselling.duration, 0);
});

test('cancelled', async () => {
  const made = await appointment();
  await application.api('POST', `/appointments/${made.booked.id}/cancel`, {});
  const all = await everybody(made);
  assert.deepEqual(words(all), ['CANCELLED', 'cancelled', 'Cancelled', 'CANCELLED', 'cancelled']);
});

test('nobody came', async () => {
  const made = await appointment();
  await made.act(made.practitioner, 'end');
  const all = await everybody(made);
  assert.deepEqual(words(all), ['NO_SHOW', 'completed', 'Completed', 'CANCELLED', 'cancelled']);
  assert.equal(all.marketplace.duration_minutes, 0);
  assert.ok(all.marketplace.metadata.no_show);
  assert.equal(all.counselling.duration, 0);
  assert.equal(all.clinic.outcome, 'no_show');
  assert.equal(all.practice.outcome, 'no_show');
});

test('the ids are those of whoever reads, in every dialect', async () => {
  const made = await appointment();
  const all = await everybody(made);
  const [doctor, patient] = [made.practitioner.id, made.client.id];
  assert.equal(all.telehealth.appointmentId, made.booked.external_id);
  assert.deepEqual([all.marketplace.mechanic_id, all.marketplace.customer_user_id], [doctor, patient]);
  assert.equal(all.counselling.id, made.booked.external_id);
  assert.deepEqual([all.counselling.psychologist.id, all.counselling.client.id], [doctor, patient]);
  assert.equal(all.clinic.appointment_id, made.booked.external_id);
  assert.deepEqual([all.clinic.doctor_id, all.clinic.patient_id], [doctor, patient]);
  assert.deepEqual([all.practice.partner_id, all.practice.user_id], [doctor, patient]);
  assert.deepEqual([all.telehealth.id, all.marketplace.id, all.practice.id], Array(3).fill(made.booked.session_id));
});
