import { expect, test } from 'vitest';
import { strengthOf } from './password-strength';

test.each([
  ['', 'short'],
  ['elevenchars', 'short'],
  ['aaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['horse battery', 'fair'],
  ['correct horse bat', 'good'],
  ['correct horse battery', 'strong'],
  // Counted as people do.
  ['\u{1f40e}\u{1f40e}\u{1f40e}\u{1f40e}\u{1f40e}\u{1f40e}', 'short'],
])('%j is %s', (password, strength) => {
  expect(strengthOf(password)).toBe(strength);
});
