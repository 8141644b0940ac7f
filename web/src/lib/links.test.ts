import { expect, test } from 'vitest';
import { pieces } from './links';

const linked = (text: string) =>
  pieces(text).flatMap(({ href, text }) => (href ? [[text, href]] : []));
const whole = (text: string) =>
  pieces(text)
    .map((piece) => piece.text)
    .join('');

test.each([
  ['See https://example.org/a?b=c#d.', 'https://example.org/a?b=c#d'],
  ['(https://example.org/wiki/Foo_(bar))', 'https://example.org/wiki/Foo_(bar)'],
  ['HTTP://EXAMPLE.ORG/Path', 'HTTP://EXAMPLE.ORG/Path'],
  ['«https://example.org/ü», he said', 'https://example.org/ü'],
  ['https://example.org/a, and more', 'https://example.org/a'],
  ['http://[2001:db8::1]:8080/x]', 'http://[2001:db8::1]:8080/x'],
])('in “%s” the address is a link, and nothing around it', (text, address) => {
  expect(linked(text)).toEqual([[address, new URL(address).href]]);
  expect(whole(text)).toBe(text);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'ftp://example.org',
  'https://',
  'https://bank.example@evil.example/',
  'https://a:b@evil.example/',
  'xhttps://example.org',
  'www.example.org',
  '<a href="https:evil">',
])('“%s” stays as it was written', (text) => {
  expect(pieces(text)).toEqual([{ text }]);
});

test('markup around an address is text', () => {
  const text = '<b onclick="x">https://example.org/<i>** [a](https://example.com)';
  expect(linked(text).map(([shown]) => shown)).toEqual([
    'https://example.org/',
    'https://example.com',
  ]);
  expect(whole(text)).toBe(text);
});

test('a name in letters that only look like ours is shown as it is asked for', () => {
  expect(pieces('https://аррӏе.com/x')).toEqual([
    { text: 'https://xn--80ak6aa92e.com/x', href: 'https://xn--80ak6aa92e.com/x' },
  ]);
});

test('what is not seen, or turns the direction, is no part of an address', () => {
  expect(linked('https://example.org/\u202Egpj.exe')).toEqual([
    ['https://example.org/', 'https://example.org/'],
  ]);
  expect(linked('https://exa\u200Bmple.org')).toEqual([['https://exa', 'https://exa/']]);
});

test('two addresses and the words between', () => {
  expect(pieces('a http://x.test b\nhttps://y.test')).toEqual([
    { text: 'a ' },
    { text: 'http://x.test', href: 'http://x.test/' },
    { text: ' b\n' },
    { text: 'https://y.test', href: 'https://y.test/' },
  ]);
  expect(pieces('')).toEqual([]);
});
