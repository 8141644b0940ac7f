import { expect, test } from 'vitest';
import { arrived, measure, type Sample } from './stats.ts';

function report(received: number, lost: number, roundTrip: number): [string, object][] {
  return [
    ['a', { type: 'inbound-rtp', packetsReceived: received, packetsLost: lost }],
    [
      'b',
      {
        type: 'candidate-pair',
        nominated: true,
        state: 'succeeded',
        currentRoundTripTime: roundTrip,
      },
    ],
  ];
}

test('loss is judged since the look before, not since the beginning', () => {
  const first = measure(report(1000, 200, 0.02) as never, null);
  expect(first.quality.level).toBe('poor');
  const second = measure(report(2000, 200, 0.02) as never, first.sample);
  expect(second.quality).toMatchObject({ level: 'good', roundTrip: 20, loss: 0, upload: null });
});

test('a long way is worse than a short one', () => {
  expect(measure(report(10, 0, 0.3) as never, null).quality.level).toBe('fair');
  expect(measure(report(10, 0, 0.6) as never, null).quality.level).toBe('poor');
});

test('nothing is said before anything was measured', () => {
  const { quality } = measure([], null);
  expect(quality).toMatchObject({ level: 'unknown', roundTrip: null, loss: null, upload: null });
});

test('a new connection, whose counters begin anew, is not judged by the old one', () => {
  const before = { received: 900, lost: 50, way: null, reports: new Map() };
  const { quality } = measure(report(10, 0, 0.02) as never, before);
  expect(quality.level).toBe('good');
});

test('signs of life count as well as media', () => {
  const pair = { type: 'candidate-pair', bytesReceived: 1000 };
  const count = (responsesReceived: number) =>
    arrived([['p', { ...pair, responsesReceived }]]).get('p') ?? 0;
  expect(count(5)).toBeGreaterThan(count(4));
});

test('what is lost on the way out counts, though nothing is lost on the way in', () => {
  const out = { type: 'remote-inbound-rtp', fractionLost: 0.2 };
  const { quality } = measure([...report(100, 0, 0.02), ['o', out]] as never, null);
  expect(quality).toMatchObject({ level: 'poor', loss: 0.2 });
});

test('each way is judged by what is lost on it', () => {
  const out = { type: 'remote-inbound-rtp', fractionLost: 0.2 };
  const { quality } = measure([...report(100, 0, 0.02), ['o', out]] as never, null);
  expect(quality).toMatchObject({ up: 'poor', down: 'good' });
  expect(measure(report(100, 30, 0.02) as never, null).quality).toMatchObject({
    level: 'poor',
    up: 'good',
    down: 'poor',
  });
});

test('who is held back for the network of somebody else has no weak one', () => {
  const [media, pair] = report(100, 0, 0.02);
  const narrow = [
    media,
    ['b', { ...pair![1], availableOutgoingBitrate: 60_000 }],
    ['s', { type: 'media-source', kind: 'video' }],
  ] as never;
  expect(measure(narrow, null).quality.up).toBe('poor');
  expect(measure(narrow, null, true).quality.up).toBe('good');
});

test('a way that is too narrow for a picture is poor, though nothing is lost', () => {
  const camera = ['s', { type: 'media-source', kind: 'video' }];
  const narrow = (bits: number, ...more: unknown[]) => {
    const [media, pair] = report(100, 0, 0.02);
    return [media, ['b', { ...pair![1], availableOutgoingBitrate: bits }], ...more] as never;
  };
  expect(measure(narrow(80_000), null).quality.level).toBe('good');
  expect(measure(narrow(80_000, camera), null).quality).toMatchObject({
    level: 'poor',
    upload: 80_000,
  });
  expect(measure(narrow(200_000, camera), null).quality.level).toBe('fair');
  expect(measure(narrow(2_000_000, camera), null).quality.level).toBe('good');
});

test('of two ways, the one that media take is the one that is judged', () => {
  const pair = { type: 'candidate-pair', nominated: true, state: 'succeeded' };
  const { quality } = measure(
    [
      ['old', { ...pair, currentRoundTripTime: 2 }],
      ['new', { ...pair, currentRoundTripTime: 0.02 }],
      ['t', { type: 'transport', selectedCandidatePairId: 'new' }],
    ],
    null,
  );
  expect(quality).toMatchObject({ level: 'good', roundTrip: 20, way: 'new' });
});

test('what the other end reported of the way before is not said of the new one', () => {
  const look = (way: string, timestamp: number, fractionLost: number, before: Sample | null) =>
    measure(
      [
        [way, { type: 'candidate-pair', nominated: true, state: 'succeeded' }],
        ['o', { type: 'remote-inbound-rtp', fractionLost, timestamp }],
      ],
      before,
    );
  const lossy = look('udp', 1, 0.3, null);
  expect(lossy.quality.level).toBe('poor');
  const stale = look('tcp', 1, 0.3, lossy.sample);
  const mixed = look('tcp', 2, 0.1, stale.sample);
  expect([stale.quality.loss, mixed.quality.loss]).toEqual([null, null]);
  expect(look('tcp', 3, 0.2, mixed.sample).quality.loss).toBe(0.2);
});
