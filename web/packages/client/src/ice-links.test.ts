import { expect, test } from 'vitest';
import { linkedServers } from './ice-links.ts';

test('relays come with their credentials, and what is no relay is left alone', () => {
  const header = [
    '<stun:a.example>; rel="ice-server"',
    '<turns:b.example:443?transport=tcp>; rel="ice-server"; username="18:me"; credential="a,b;c="; credential-type="password"',
    '</docs>; rel="help"',
  ].join(', ');
  expect(linkedServers(header)).toEqual([
    { urls: ['stun:a.example'], username: undefined, credential: undefined },
    { urls: ['turns:b.example:443?transport=tcp'], username: '18:me', credential: 'a,b;c=' },
  ]);
  expect(linkedServers(null)).toEqual([]);
});
