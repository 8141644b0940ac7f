import { expect, test } from 'vitest';
import { wayOf } from './way.ts';

const pair = {
  type: 'candidate-pair',
  nominated: true,
  state: 'succeeded',
  localCandidateId: 'own',
};

function by(own: Record<string, unknown>) {
  return wayOf([
    ['waiting', { ...pair, state: 'waiting', localCandidateId: 'other' }],
    ['other', { type: 'local-candidate', candidateType: 'relay', protocol: 'udp' }],
    ['pair', pair],
    ['own', { type: 'local-candidate', ...own }],
  ]);
}

test('the way is that of the candidates in use', () => {
  expect(by({ candidateType: 'host', protocol: 'udp' })).toBe('udp');
  expect(by({ candidateType: 'prflx', protocol: 'tcp' })).toBe('tcp');
  expect(by({ candidateType: 'relay', protocol: 'udp' })).toBe('relay');
});

test('before anything is connected there is none', () => {
  expect(wayOf([])).toBeNull();
});
