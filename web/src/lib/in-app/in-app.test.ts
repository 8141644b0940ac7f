import { expect, test } from 'vitest';
import { appOn, outside } from './in-app';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 14; Pixel 8';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36';

test('a page inside a messenger is known as one, on both kinds of phones', () => {
  expect(appOn(`${IPHONE} Mobile/15E148`)).toBe('ios');
  expect(appOn(`${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/465.0]`)).toBe('ios');
  expect(appOn(`${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1 Line/14.6`)).toBe('ios');
  expect(
    appOn(`${ANDROID}; wv) AppleWebKit/537.36 Version/4.0 Chrome/125.0.0.0 Mobile Safari/537.36`),
  ).toBe('android');
  expect(appOn(`${ANDROID}) ${CHROME} Instagram 331.0`)).toBe('android');
});

test('a browser is no messenger', () => {
  expect(appOn(`${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`)).toBeNull();
  expect(appOn(`${IPHONE} CriOS/125.0 Mobile/15E148 Safari/604.1`)).toBeNull();
  expect(appOn(`${ANDROID}) ${CHROME}`)).toBeNull();
  expect(appOn(`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${CHROME}`)).toBeNull();
  expect(
    appOn(`Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0`),
  ).toBeNull();
});

test('the link that is opened elsewhere is the whole one, with its secret', () => {
  const link = 'https://visit.test/invite?a=b#secret';
  expect(outside('ios', link)).toBe('x-safari-https://visit.test/invite?a=b#secret');
  expect(outside('android', link)).toBe(
    'intent://visit.test/invite?a=b#secret#Intent;scheme=https;package=com.android.chrome;end',
  );
});
