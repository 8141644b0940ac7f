import { expect, test } from 'vitest';
import { figures, lineOf, stateOf } from './findings';

const device = { on: true, track: {} as MediaStreamTrack };

test('a device works once what it gives has come back', () => {
  expect(stateOf(device, false)).toBe('wait');
  expect(stateOf(device, true)).toBe('good');
});

test('a device that is off, or gives nothing, is said to be off', () => {
  expect(stateOf({ ...device, on: false }, true)).toBe('off');
  expect(stateOf({ ...device, track: null }, false)).toBe('off');
});

test('a test that is over keeps what it found', () => {
  expect(stateOf({ ...device, track: null }, true)).toBe('good');
});

test('a line is good when packets travel and few are lost', () => {
  expect(lineOf('connecting', 'unknown', null)).toBe('wait');
  expect(lineOf('up', 'good', 'tcp')).toBe('good');
  expect(lineOf('up', 'poor', 'udp')).toBe('off');
  expect(lineOf('up', 'lost', 'udp')).toBe('off');
  expect(lineOf('failed', 'unknown', null)).toBe('off');
});

test('figures are written as people read them', () => {
  expect(figures({ roundTrip: 48, loss: 0.02 })).toEqual({ delay: '48 ms', lost: '2%' });
});
