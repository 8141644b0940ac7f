import { expect, test } from 'vitest';
import { browserOf } from './browser';

const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0';

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Safari/537.36`, 'chrome'],
  [`Mozilla/5.0 (Windows NT 10.0) ${BLINK} Safari/537.36 Edg/140.0.0.0`, 'edge'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox'],
  [`${MAC} ${WEBKIT} Version/18.0 Safari/605.1.15`, 'safari'],
  [`Mozilla/5.0 (Linux; Android 15) ${BLINK} Mobile Safari/537.36`, 'android'],
  ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'android'],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${WEBKIT} Version/18.0 Safari/604.1`,
    'ios',
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${WEBKIT} CriOS/140.0 Safari/604.1`,
    'ios_app',
  ],
  ['curl/8', 'other'],
])('%s is %s', (userAgent, browser) => {
  expect(browserOf(userAgent, 0)).toBe(browser);
});

test('an iPad is known by its touch screen', () => {
  expect(browserOf(`${MAC} ${WEBKIT} Version/18.0 Safari/605.1.15`, 5)).toBe('ios');
});
