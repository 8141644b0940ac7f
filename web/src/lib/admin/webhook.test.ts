import { Problem } from '@openvisit/client';
import { expect, test } from 'vitest';
import { draftOf, newWebhookOf, NOWHERE } from './webhook';

test('all events is no list, and a list is what was chosen', () => {
  expect(
    newWebhookOf({ ...NOWHERE, url: ' https://a.test/ ', events: ['appointment.booked'] }),
  ).toEqual({
    url: 'https://a.test/',
    events: null,
    organization_id: null,
    metadata: true,
  });
  expect(newWebhookOf({ ...NOWHERE, every: false, events: ['appointment.booked'] }).events).toEqual(
    ['appointment.booked'],
  );
});

test('a list of no event is refused before the server is asked', () => {
  expect(() => newWebhookOf({ ...NOWHERE, every: false })).toThrow(Problem);
});

test('a form shows what is stored', () => {
  const stored = {
    id: '1',
    url: 'https://a.test/',
    events: ['appointment.booked'],
    organization_id: null,
    metadata: false,
    old_secret_until: null,
    disabled: false,
    created_at: '',
  };
  expect(newWebhookOf(draftOf(stored))).toMatchObject({
    url: stored.url,
    events: stored.events,
    metadata: false,
  });
});
