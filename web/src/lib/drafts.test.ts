import { expect, test } from 'vitest';
import { Drafts } from './drafts';

function ofTab() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

test('a draft outlives its page, until it is sent', () => {
  const tab = ofTab();
  new Drafts(tab).keep('notes of one', 'sleeps badly');
  new Drafts(tab).keep('notes of another', 'sleeps well');
  const drafts = new Drafts(tab);
  expect(drafts.of('notes of one')).toBe('sleeps badly');
  drafts.drop('notes of one');
  expect(drafts.of('notes of one')).toBeNull();
  expect(drafts.of('notes of another')).toBe('sleeps well');
});

test('who signs out leaves nothing', () => {
  const drafts = new Drafts(ofTab());
  drafts.keep('notes', 'sleeps badly');
  drafts.forget();
  expect(drafts.of('notes')).toBeNull();
});
