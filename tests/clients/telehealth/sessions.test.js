// Telehealth: a session is found by its appointment, joined, and ended.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Application, ids, minutesFromNow, server, until, UTC, UUID } from '../common/application.js';
import { telehealthService } from './front-end.js';

const telehealth = new Application('telehealth');

/** Two people and an appointment of theirs, with ids as telehealth makes them. */
async function appointment(more = {}, id = ids.uuid()) {
  const clinician = telehealth.person(ids.uuid(), 'clinician', 'Dr. Ada Okafor');
  const patient = telehealth.person(ids.uuid(), 'patient', 'Sam Reyes');
  const booked = await telehealth.book(id, clinician, patient, more);
  const services = [clinician, patient].map(({ token }) => telehealthService(server, token));
  return { id, clinician, patient, booked, asClinician: services[0], asPatient: services[1] };
}

function assertSuccess({ status, data }, message) {
  assert.equal(status, 200, JSON.stringify(data));
  assert.equal(data.success, true);
  assert.equal(typeof data.message, 'string');
  if (message) assert.equal(data.message, message);
  return data.data;
}

function assertFailure({ status, data }, expected) {
  assert.equal(status, expected, JSON.stringify(data));
  assert.equal(data.success, false);
  assert.equal(typeof data.message, 'string');
  assert.ok(data.message.length > 0);
  return data.message;
}

test('the session of an appointment has every field that the page reads', async () => {
  const { id, asClinician, booked } = await appointment();
  const session = assertSuccess(await asClinician.create(id));
  assert.match(session.id, UUID);
  assert.equal(session.id, booked.session_id);
  assert.equal(session.status, 'SCHEDULED');
  assert.equal(typeof session.roomName, 'string');
  for (const field of ['startedAt', 'endedAt', 'endReason', 'endedBy', 'durationMinutes']) {
    assert.equal(session[field], null, field);
  }
  assert.deepEqual(session.participants, []);
});

test('asking twice for the session of an appointment gives the same one', async () => {
  const { id, asClinician, asPatient } = await appointment();
  const first = assertSuccess(await asClinician.create(id));
  const second = assertSuccess(await asPatient.create(id, { recordingEnabled: 'false', maxParticipants: '2' }));
  assert.equal(second.id, first.id);
});

test('a session is found by the id of its appointment, ours or theirs', async () => {
  const { id, asClinician, asPatient, booked } = await appointment();
  const theirs = assertSuccess(await asPatient.ofAppointment(id));
  const ours = assertSuccess(await asPatient.ofAppointment(booked.id));
  const made = assertSuccess(await asClinician.create(booked.id));
  assert.equal(theirs.id, booked.session_id);
  assert.equal(ours.id, booked.session_id);
  assert.equal(made.id, booked.session_id);
  assertFailure(await asPatient.ofAppointment(booked.session_id), 404);
});

for (const [kind, make] of Object.entries({
  UUID: ids.uuid,
  number: ids.number,
  'prefixed text': () => ids.prefixed('appt-'),
  'text that a URL must escape': () => ids.awkward('appt'),
})) {
  test(`the appointment's id comes back as it was given: ${kind}`, async () => {
    const { id, asClinician, asPatient, booked } = await appointment({}, make());
    const answers = [await asClinician.create(id), await asPatient.ofAppointment(id)];
    answers.push(await asPatient.join(booked.session_id), await asClinician.join(booked.session_id));
    answers.push(await asClinician.end(booked.session_id));
    for (const session of answers.map((answer) => assertSuccess(answer))) {
      assert.equal(session.appointmentId, String(id));
      assert.equal(session.id, booked.session_id);
    }
  });
}

test("the server's own id of the appointment stands beside it", async () => {
  const { id, asPatient, booked } = await appointment();
  assert.equal(assertSuccess(await asPatient.ofAppointment(id)).openvisit_appointment_id, booked.id);
});

test("people in answers have the application's own ids, and the names that their tokens say", async () => {
  const { clinician, patient, asClinician, asPatient, booked } = await appointment();
  await asPatient.join(booked.session_id);
  const { participants } = assertSuccess(await asClinician.join(booked.session_id));
  const shown = participants.map(({ role, userId, name }) => ({ role, userId, name }));
  assert.deepEqual(
    shown.toSorted((a, b) => a.role.localeCompare(b.role)),
    [
      { role: 'clinician', userId: clinician.id, name: clinician.name },
      { role: 'patient', userId: patient.id, name: patient.name },
    ],
  );
});

test("the same ids at another application are other people's", async () => {
  const { id, patient, booked } = await appointment();
  const clinic = new Application('clinic', 'userId');
  const namesake = telehealthService(server, clinic.person(patient.id, 'PATIENT', 'Somebody else').token);
  assertFailure(await namesake.ofAppointment(id), 404);
  assertFailure(await namesake.ofAppointment(booked.id), 404);
  assertFailure(await namesake.join(booked.session_id), 404);
  // Its own appointment of that id is another one, and neither sees the other's.
  const doctor = clinic.person(ids.prefixed('doc_'), 'DOCTOR', 'Dr. Else');
  const other = await clinic.book(id, doctor, { id: patient.id, name: 'Somebody else' });
  const found = assertSuccess(await namesake.ofAppointment(id));
  assert.equal(found.id, other.session_id);
});

test('somebody with an account of the server itself sees the ids of the server', async () => {
  const { asPatient, booked, local } = await withLocalClinician();
  const mine = assertSuccess(await telehealthService(server, local).ofAppointment(booked.id));
  assert.equal(mine.appointmentId, booked.id);
  const theirs = assertSuccess(await asPatient.ofAppointment(booked.external_id));
  assert.equal(theirs.appointmentId, booked.external_id);
});

/** An appointment of telehealth's, with a practitioner whose account is the server's. */
async function withLocalClinician() {
  const [email, password] = [`${ids.uuid()}@openvisit.example`, 'a-long-enough-password'];
  const account = { email, password, name: 'Dr. Local', roles: ['practitioner'] };
  const { id } = await telehealth.api('POST', '/users', account);
  const { access_token: local } = await telehealth.api('POST', '/auth/login', { email, password });
  const patient = telehealth.person(ids.uuid(), 'patient', 'Sam Reyes');
  const slot = { starts_at: minutesFromNow(-1), duration_minutes: 50, passcode: false };
  const parties = { practitioner_id: id, client: telehealth.party(patient) };
  const booked = await telehealth.api('POST', '/appointments', { external_id: ids.uuid(), ...parties, ...slot });
  return { local, booked, asPatient: telehealthService(server, patient.token) };
}

test('a patient who comes first is in the waiting room, without a token', async () => {
  const { asPatient, booked } = await appointment();
  const session = assertSuccess(await asPatient.join(booked.session_id));
  assert.equal(session.status, 'WAITING_ROOM');
  assert.equal(session.mediaToken, null);
  assert.equal(session.mediaEndpoints, null);
});

test("the clinician's join starts the session, lets the patient in, and gives what is needed to connect", async () => {
  const { id, asClinician, asPatient, booked } = await appointment();
  await asPatient.join(booked.session_id, { userRole: 'patient' });
  const session = assertSuccess(await asClinician.join(booked.session_id, { userRole: 'clinician' }));
  assert.equal(session.status, 'IN_SESSION');
  assert.match(session.startedAt, UTC);
  const again = assertSuccess(await asPatient.join(booked.session_id));
  for (const joined of [session, again]) {
    assert.ok(joined.roomName);
    assert.equal(typeof joined.mediaToken, 'string');
    assert.ok(joined.mediaEndpoints);
  }
  assert.notEqual(session.mediaToken, again.mediaToken);
  assert.equal(assertSuccess(await asPatient.ofAppointment(id)).status, 'IN_SESSION');
});

test('a clinician who comes first starts it, and the patient is let in at once', async () => {
  const { asClinician, asPatient, booked } = await appointment();
  assert.equal(assertSuccess(await asClinician.join(booked.session_id)).status, 'IN_SESSION');
  assert.ok(assertSuccess(await asPatient.join(booked.session_id)).mediaToken);
});

test('what the body says of the role is not believed', async () => {
  const { asPatient, booked } = await appointment();
  const session = assertSuccess(await asPatient.join(booked.session_id, { userRole: 'clinician' }));
  assert.equal(session.status, 'WAITING_ROOM');
});

test('a consent that was made of a form is taken as the text that it is', async () => {
  const { asPatient, booked } = await appointment();
  assertSuccess(await asPatient.join(booked.session_id, { userRole: 'patient', recordingConsent: 'true' }));
});

test('ending gives the ended session, with its message', async () => {
  const { asClinician, asPatient, booked } = await appointment();
  await asClinician.join(booked.session_id);
  const ended = await asPatient.end(booked.session_id, 'all said');
  const session = assertSuccess(ended, 'Telehealth session ended successfully');
  assert.equal(session.status, 'COMPLETED');
  assert.match(session.endedAt, UTC);
  assert.equal(session.endReason, 'all said');
  assert.ok(session.endedBy);
  assert.equal(session.durationMinutes, 0);
});

test('ending is for everyone: the other side is told so, and cannot join any more', async () => {
  const { id, asClinician, asPatient, booked } = await appointment();
  await asClinician.join(booked.session_id);
  await asPatient.join(booked.session_id);
  await asClinician.end(booked.session_id);
  const seen = await until(
    async () => assertSuccess(await asPatient.ofAppointment(id)),
    ({ status }) => status === 'COMPLETED',
  );
  assert.equal(seen.id, booked.session_id);
  const { status, data } = await asPatient.join(booked.session_id);
  assert.ok(status >= 400 && data.success === false, `${status} ${JSON.stringify(data)}`);
});

test('ending what has ended is no error, and nothing happens twice', async () => {
  const { asClinician, asPatient, booked } = await appointment();
  await asClinician.join(booked.session_id);
  const first = assertSuccess(await asClinician.end(booked.session_id, 'first'));
  const second = assertSuccess(
    await asPatient.end(booked.session_id, 'second'),
    'Telehealth session ended successfully',
  );
  for (const field of ['id', 'status', 'startedAt', 'endedAt', 'endReason', 'endedBy', 'durationMinutes']) {
    assert.equal(second[field], first[field], field);
  }
});

test('an end without a reason, before anybody came, is a no-show', async () => {
  const { asClinician, booked } = await appointment();
  assert.equal(assertSuccess(await asClinician.end(booked.session_id)).status, 'NO_SHOW');
});

test('a cancelled appointment is CANCELLED', async () => {
  const { id, asPatient, booked } = await appointment();
  await telehealth.api('POST', `/appointments/${booked.id}/cancel`, {});
  assert.equal(assertSuccess(await asPatient.ofAppointment(id)).status, 'CANCELLED');
});

for (const given of ['not-a-uuid', '', '42', 42, null, undefined, '../../end', 'x'.repeat(10_000), ['a'], {}]) {
  const shown = JSON.stringify(given)?.slice(0, 20) ?? 'nothing';
  test(`a session id that is no UUID is refused by end: ${shown}`, async () => {
    const { asPatient } = await appointment();
    const message = assertFailure(await asPatient.end(given), 400);
    assert.ok(message.includes('Invalid session ID'), message);
  });
}

test('any other failure of end is a 400 with its reason, and a stranger learns nothing by it', async () => {
  const { asClinician, booked } = await appointment();
  await asClinician.join(booked.session_id);
  const { token } = telehealth.person(ids.uuid(), 'patient', 'Stranger');
  const stranger = telehealthService(server, token);
  const real = assertFailure(await stranger.end(booked.session_id), 400);
  const unknown = assertFailure(await stranger.end(ids.uuid()), 400);
  assert.equal(real, unknown);
  assert.doesNotMatch(real, /Invalid session ID/);
});

for (const [kind, id] of Object.entries({
  'of nobody': ids.uuid(),
  'that is a path': '../../api/v1/users',
  'of 10 kB': 'x'.repeat(10_000),
})) {
  test(`an appointment ${kind} is not there`, async () => {
    const { asPatient } = await appointment();
    const unknown = assertFailure(await asPatient.ofAppointment(ids.uuid()), 404);
    assert.equal(assertFailure(await asPatient.ofAppointment(id), 404), unknown);
    assert.equal(assertFailure(await asPatient.create(id), 404), unknown);
  });
}

test("an id that is somebody's own and somebody else's UUID leads nobody to what is not theirs", async () => {
  const theirs = await appointment();
  const mine = await appointment({}, theirs.booked.id);
  const found = await mine.asPatient.ofAppointment(theirs.booked.id);
  if (found.status === 200) assert.equal(found.data.data.id, mine.booked.session_id);
  else assertFailure(found, 404);
  const third = await appointment();
  assertFailure(await third.asPatient.ofAppointment(theirs.booked.id), 404);
});

test('there is no route for the status: it follows from join and end', async () => {
  const { asClinician, booked } = await appointment();
  for (const id of [booked.session_id, booked.id, ids.uuid()]) {
    const { status } = await asClinician.http.patch(`/sessions/${id}/status`, { status: 'IN_SESSION' });
    assert.equal(status, 404);
  }
});

for (const [kind, body] of [
  ['nothing', []],
  ['undefined', [undefined]],
  ['null', [null]],
]) {
  test(`a join of ${kind}, as JSON, is told which field is missing`, async () => {
    const { asPatient } = await appointment();
    const config = { headers: { 'Content-Type': 'application/json' } };
    const { status, data } = await asPatient.http.post('/sessions/join', body[0], config);
    assert.ok([400, 422].includes(status), `${status} ${JSON.stringify(data)}`);
    assert.equal(data.success, false);
    assert.match(data.message, /sessionId|session ID/i);
    assert.doesNotMatch(data.message, /EOF|\bu8\b|struct|Option/);
  });
}

test('a query with empty values is as good as none', async () => {
  const { id, asPatient } = await appointment();
  const path = `/sessions/${encodeURIComponent(id)}?include=&expand=`;
  assertSuccess(await asPatient.http.get(path));
});

test('nobody without a good token is let in', async () => {
  const { id, booked, patient } = await appointment();
  const forged = telehealth.token({ sub: patient.id, role: 'patient' }, 'somebody else signs with this');
  const expired = telehealth.token({ sub: patient.id, role: 'patient', exp: 1 });
  for (const token of [undefined, 'nonsense', forged, expired]) {
    const nobody = telehealthService(server, token);
    assertFailure(await nobody.create(id), 401);
    assertFailure(await nobody.ofAppointment(id), 401);
    assertFailure(await nobody.join(booked.session_id), 401);
    assertFailure(await nobody.end(booked.session_id), 401);
  }
});
