// Marketplace: a session goes live and ends, in one of three outcomes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ids, UTC } from '../common/application.js';
import { accepted, assertOk, customer, live, mechanic, pending, waiting } from './garage.js';

const NO_SHOW = 'Session ended before starting (customer/mechanic no-show)';

for (const who of ['customer', 'mechanic']) {
  test(`a ${who} may start: the session goes live`, async () => {
    const { asks, takes, id } = await accepted();
    const starter = who === 'customer' ? asks : takes;
    const session = assertOk(await starter.api.start(id));
    assert.equal(session.status, 'live');
    assert.match(session.started_at, UTC);
    assert.equal(session.ended_at, null);
    assert.equal(assertOk(await starter.api.start(id)).started_at, session.started_at);
  });

  test(`an end by the ${who} before anybody came is a cancellation`, async () => {
    const { asks, takes, id } = await accepted({ metadata: { car: 'R4' } });
    const session = assertOk(await (who === 'customer' ? asks : takes).api.end(id));
    assert.equal(session.status, 'cancelled');
    assert.match(session.ended_at, UTC);
    assert.deepEqual(session.metadata, { car: 'R4', cancelled_by: who });
  });

  test(`an end by the ${who} while somebody waits is a no-show`, async () => {
    const { asks, takes, id } = await waiting({ metadata: { car: 'R4' } });
    const session = assertOk(await (who === 'customer' ? asks : takes).api.end(id));
    assert.equal(session.status, 'completed');
    assert.equal(session.duration_minutes, 0);
    assert.match(session.ended_at, UTC);
    const { car, no_show: seen } = session.metadata;
    assert.equal(car, 'R4');
    assert.equal(seen.reason, NO_SHOW);
    assert.equal(seen.ended_by, who);
    assert.equal(seen.ended_at, session.ended_at);
  });

  test(`an end by the ${who} of a live session completes it: a minute at least`, async () => {
    const { asks, takes, id } = await live({ metadata: { car: 'R4' } });
    const session = assertOk(await (who === 'customer' ? asks : takes).api.end(id));
    assert.equal(session.status, 'completed');
    assert.equal(session.duration_minutes, 1);
    assert.match(session.ended_at, UTC);
    assert.deepEqual(session.metadata, { car: 'R4' });
  });
}

test('the end of a request that nobody has accepted is a cancellation', async () => {
  const { asks, id } = await pending({ metadata: { car: 'R4' } });
  const session = assertOk(await asks.api.end(id));
  assert.equal(session.status, 'cancelled');
  assert.match(session.ended_at, UTC);
  assert.deepEqual(session.metadata, { car: 'R4', cancelled_by: 'customer' });
});

test('the end of what has ended changes nothing', async () => {
  for (const made of [await pending(), await accepted(), await waiting(), await live()]) {
    const first = assertOk(await made.asks.api.end(made.id));
    const again = await (made.takes ?? made.asks).api.end(made.id);
    assert.equal(again.status, 200);
    for (const field of ['id', 'status', 'ended_at', 'duration_minutes', 'metadata']) {
      assert.deepEqual(again.data[field], first[field], field);
    }
  }
});

for (const type of ['chat', 'video', 'diagnostic']) {
  test(`no kind of session is missed by end: ${type}`, async () => {
    const { asks, id } = await live({ type });
    assert.equal(assertOk(await asks.api.end(id)).status, 'completed');
    assert.equal(assertOk(await asks.api.session(id)).type, type);
  });
}

test('both parties read the session; for everybody else it is not there', async () => {
  const { asks, takes, id } = await accepted();
  for (const { api } of [asks, takes]) assert.equal(assertOk(await api.session(id)).id, id);
  for (const { api } of [customer(), await mechanic()]) {
    for (const answer of [await api.session(id), await api.start(id), await api.end(id)]) {
      assert.equal(answer.status, 404);
      assert.equal(answer.data.error, 'Session not found');
    }
  }
  assert.equal(assertOk(await asks.api.session(id)).status, 'pending');
});

for (const [kind, id] of Object.entries({
  'of nobody': ids.uuid(),
  'as a number': '42',
  'that is a path': '../../v1/users',
  'of 10 kB': 'x'.repeat(10_000),
  'with characters that a URL must escape': ids.awkward('session'),
})) {
  test(`a session ${kind} is not found`, async () => {
    const { api } = customer();
    for (const answer of [await api.session(id), await api.start(id), await api.end(id)]) {
      assert.equal(answer.status, 404);
      assert.equal(answer.data.error, 'Session not found');
    }
  });
}
