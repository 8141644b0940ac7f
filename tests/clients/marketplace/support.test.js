// Marketplace: what support staff ask when a session hangs or a mechanic sees nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ids } from '../common/application.js';
import { admin, assertOk, live, marketplace, mechanic, pending } from './garage.js';

function assertSentences(recommendations) {
  assert.ok(Array.isArray(recommendations) && recommendations.length > 0);
  for (const sentence of recommendations) assert.match(sentence, /^\S.{10,}/);
}

test('check-session says where a session is, who is there, and whether it can be ended now', async () => {
  const { asks, id } = await live({ type: 'diagnostic' });
  const check = assertOk(await admin().checkSession(id));
  assert.equal(check.found, true);
  assert.equal(check.kind, 'diagnostic');
  assert.equal(check.status, 'live');
  assert.ok(check.request, 'the request that it came from');
  assert.ok(Array.isArray(check.participants));
  assert.equal(check.can_be_ended, true);
  assertSentences(check.recommendations);
  await asks.api.end(id);
  assert.equal(assertOk(await admin().checkSession(id)).can_be_ended, false);
});

test('check-session knows a request that nobody has accepted, too', async () => {
  const { id } = await pending();
  const check = assertOk(await admin().checkSession(id));
  assert.equal(check.found, true);
  assert.equal(check.status, 'pending');
  assert.equal(check.can_be_ended, true);
});

test('check-session says of an unknown id that it is not found, and what to do', async () => {
  for (const id of [ids.uuid(), '42', ids.awkward('session'), 'x'.repeat(10_000)]) {
    const { data } = await admin().checkSession(id);
    assert.equal(data.found, false, JSON.stringify(data));
    assertSentences(data.recommendations);
  }
});

test('test-mechanic-flow says which of the three required things are there', async () => {
  const ready = await mechanic();
  const flow = assertOk(await admin().testMechanicFlow(ready.email));
  assert.deepEqual(flow.required, { linked: true, login_exists_and_is_enabled: true, can_accept_sessions: true });
  assertSentences(flow.recommendations);
  const blocked = assertOk(await admin().testMechanicFlow((await mechanic({ accepts_requests: false })).email));
  assert.equal(blocked.required.can_accept_sessions, false);
  assertSentences(blocked.recommendations);
  const disabled = await mechanic({ accepts_requests: true }, { disabled: true });
  const away = assertOk(await admin().testMechanicFlow(disabled.email));
  assert.equal(away.required.login_exists_and_is_enabled, false);
});

test('test-mechanic-flow counts what is pending and visible, and says which rule filtered the rest', async () => {
  const workshop = await marketplace.api('POST', '/organizations', { name: 'Garage Okafor' });
  const [open, closed] = [await pending(), await pending({ workshopId: workshop.id })];
  const flow = assertOk(await admin().testMechanicFlow((await mechanic()).email));
  const filtered = flow.filtered_out.map(({ request_id }) => request_id);
  assert.ok(filtered.includes(closed.id) && !filtered.includes(open.id));
  for (const { rule } of flow.filtered_out) assert.match(rule, /./);
  assert.ok(flow.visible_requests >= 1);
  assert.equal(flow.visible_requests + filtered.length, flow.pending_requests);
});

test('test-mechanic-flow has advice where there is no such login, or where it is no mechanic', async () => {
  const { asks } = await pending();
  for (const email of ['nobody@nowhere.example', asks.email, 'no address at all']) {
    const { data } = await admin().testMechanicFlow(email);
    assertSentences(data.recommendations);
  }
});

test('neither is for anybody but support staff', async () => {
  const { asks, id } = await pending();
  const { api, email } = await mechanic();
  for (const one of [asks.api, api]) {
    assert.ok([403, 404].includes((await one.checkSession(id)).status));
    assert.ok([403, 404].includes((await one.testMechanicFlow(email)).status));
  }
});
