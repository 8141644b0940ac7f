// Marketplace: from the intake to the one mechanic who gets it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { server, UTC } from '../common/application.js';
import { marketplaceApi } from './front-end.js';
import { accepted, assertOk, customer, INTAKE, marketplace, mechanic, pending } from './garage.js';

const listed = (answer, id) => assertOk(answer).items.find((item) => item.id === id);

test('the intake makes a pending request, with every field of a session', async () => {
  const { asks, request } = await pending({ metadata: { car: 'R4' } });
  assert.equal(request.status, 'pending');
  assert.equal(request.plan, 'basic');
  assert.equal(request.type, 'video');
  assert.equal(request.customer_user_id, String(asks.id));
  assert.deepEqual(request.metadata, { car: 'R4' });
  for (const field of ['started_at', 'ended_at', 'duration_minutes', 'mechanic_id', 'base_price']) {
    assert.equal(request[field], null, field);
  }
  for (const field of ['created_at', 'updated_at']) assert.match(request[field], UTC);
});

for (const type of ['chat', 'video', 'diagnostic']) {
  test(`a session may be of type ${type}`, async () => {
    assert.equal((await pending({ type })).request.type, type);
  });
}

test('a diagnostic session without a plan has the plan of that name', async () => {
  for (const plan of [undefined, null]) {
    assert.equal((await pending({ type: 'diagnostic', plan })).request.plan, 'diagnostic');
  }
});

test('an intake that is not understood is refused with a sentence, and makes nothing', async () => {
  const asks = customer();
  const wrong = [{ ...INTAKE, type: 'seance' }, { ...INTAKE, concern: 7 }, { ...INTAKE, workshopId: 'nowhere' }, []];
  for (const body of wrong) {
    const { status, data } = await asks.api.ask(body);
    assert.ok(status >= 400 && status < 500, `${status} for ${JSON.stringify(body)}`);
    assert.equal(typeof data.error, 'string');
    assert.doesNotMatch(data.error, /\bu8\b|struct |enum |EOF/);
  }
  assert.deepEqual(assertOk(await asks.api.requests()).items, []);
});

test("a mechanic sees what may be accepted, a customer only one's own", async () => {
  const { asks, id } = await pending();
  const sees = await mechanic();
  assert.equal(listed(await sees.api.requests(), id).customer_user_id, String(asks.id));
  assert.equal(listed(await asks.api.requests(), id).status, 'pending');
  assert.equal(listed(await customer().api.requests(), id), undefined);
});

test('a list that is asked for with empty values is the whole list', async () => {
  const { asks, id } = await pending();
  assert.ok(listed(await asks.api.requests('?status=&limit=&cursor='), id));
  assert.ok(listed(await (await mechanic()).api.requests('?status=&limit='), id));
});

test('of many mechanics who accept at once exactly one wins, and the others get 409', async () => {
  const { asks, id } = await pending();
  const mechanics = await Promise.all(Array.from({ length: 6 }, () => mechanic()));
  const answers = await Promise.all(mechanics.map(({ api }) => api.accept(id)));
  const won = answers.findIndex(({ status }) => status < 300);
  assert.deepEqual(
    answers.filter((_, at) => at !== won).map(({ status }) => status),
    Array(5).fill(409),
  );
  const session = assertOk(answers[won]);
  assert.equal(session.mechanic_id, String(mechanics[won].id));
  assert.equal(assertOk(await asks.api.session(session.id)).mechanic_id, String(mechanics[won].id));
  assert.equal(listed(await mechanics.at(won - 1).api.requests(), id), undefined);
});

test("a session has the ids that the marketplace gave its people, beside the server's", async () => {
  const { asks, takes, id } = await accepted();
  for (const { api } of [asks, takes]) {
    const session = assertOk(await api.session(id));
    assert.equal(session.mechanic_id, String(takes.id));
    assert.equal(session.customer_user_id, String(asks.id));
    assert.equal(session.openvisit_mechanic_id, takes.account);
    assert.equal(typeof session.openvisit_customer_user_id, 'string');
  }
});

test('the customer withdraws a request, once or twice, and nobody can accept it any more', async () => {
  const { asks, id } = await pending({ metadata: { car: 'R4' } });
  const withdrawn = assertOk(await asks.api.withdraw(id));
  assert.equal(withdrawn.status, 'cancelled');
  assert.deepEqual(withdrawn.metadata, { car: 'R4', cancelled_by: 'customer' });
  const { api } = await mechanic();
  assert.equal((await api.accept(id)).status, 409);
  assert.equal(listed(await api.requests(), id), undefined);
});

test("nobody withdraws another's request", async () => {
  const { asks, id } = await pending();
  assert.ok((await customer().api.withdraw(id)).status >= 400);
  assert.equal(listed(await asks.api.requests(), id).status, 'pending');
});

const empty = {
  'no body': { headers: {} },
  'no body that is JSON': {},
  'an empty text that is JSON': { body: '' },
  "an empty form, as curl's -d '' sends it": {
    body: '',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  },
  'an empty object': { body: {} },
  'a null that is JSON': { body: 'null' },
};
for (const [kind, as] of Object.entries(empty)) {
  test(`accept and withdraw take ${kind}`, async () => {
    const first = await pending();
    assertOk(await (await mechanic()).api.accept(first.id, as));
    const second = await pending();
    assertOk(await second.asks.api.withdraw(second.id, as));
  });

  test(`start and end take ${kind}`, async () => {
    const { asks, takes, id } = await accepted();
    assert.equal(assertOk(await asks.api.start(id, as)).status, 'live');
    assert.equal(assertOk(await takes.api.end(id, as)).status, 'completed');
  });
}

test('a mechanic who may not accept sessions sees none', async () => {
  const { id } = await pending();
  const { api } = await mechanic({ accepts_requests: false });
  assert.equal(listed(await api.requests(), id), undefined);
  assert.ok((await api.accept(id)).status >= 400);
});

test('a mechanic whose login is disabled sees nothing at all', async () => {
  const { api } = await mechanic({ accepts_requests: true }, { disabled: true });
  assert.equal((await api.requests()).status, 401);
});

test("a workshop's own mechanics see its requests first", async () => {
  const workshop = await marketplace.api('POST', '/organizations', { name: 'Garage Okafor' });
  const { id, request } = await pending({ workshopId: workshop.id });
  assert.equal(request.workshop_id, workshop.id);
  const own = await mechanic({ accepts_requests: true }, { organization_id: workshop.id });
  assert.ok(listed(await own.api.requests(), id));
  const elsewhere = await mechanic();
  assert.equal(listed(await elsewhere.api.requests(), id), undefined);
});

test('nobody without a good token is let in', async () => {
  for (const token of [undefined, 'nonsense', marketplace.token({ user_id: 42, role: 'customer', exp: 1 })]) {
    const api = marketplaceApi(server, token);
    assert.equal((await api.ask(INTAKE)).status, 401);
    assert.equal((await api.requests()).status, 401);
  }
});
