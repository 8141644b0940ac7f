import { expect, test } from 'vitest';
import { addressOf } from './support-link';

test('mail, telephone and pages each get their kind of link', () => {
  expect(addressOf('help@clinic.test')).toBe('mailto:help@clinic.test');
  expect(addressOf('+49 (30) 123-45')).toBe('tel:+493012345');
  expect(addressOf('https://clinic.test/help')).toBe('https://clinic.test/help');
});

test('nothing else becomes a link', () => {
  expect(addressOf('javascript:alert(1)')).toBeNull();
  expect(addressOf('room 12')).toBeNull();
});
