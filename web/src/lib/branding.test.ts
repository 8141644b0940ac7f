import { expect, test } from 'vitest';
import { contrast, dark, light, parse, styles } from './branding';

/** Those that the server lets through: white text on them is readable. */
const ALLOWED = ['#1a5fb4', '#767676', '#000000', '#8b0000', '#6a1b9a', '#006400', '#b71c1c'];

test('text is readable on every shade, in light and in dark', () => {
  for (const accent of ALLOWED) {
    for (const shades of [light(parse(accent)), dark(parse(accent))]) {
      expect(contrast(shades.onAccent, shades.accent), `${accent} on`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(shades.onAccent, shades.hover), `${accent} hover`).toBeGreaterThanOrEqual(
        4.5,
      );
      expect(contrast(shades.accent, shades.soft), `${accent} soft`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test('a colour that is readable already is kept as it is', () => {
  expect(light(parse('#1a5fb4')).accent).toEqual([26, 95, 180]);
});

test('both themes are written', () => {
  const written = styles('#1a5fb4');
  expect(written).toContain('--accent: rgb(26 95 180)');
  expect(written).toContain('prefers-color-scheme: dark');
});
