import { expect, test } from 'vitest';
import type { Level } from './stats.ts';
import { narrowed, Routing, type Route } from './routing.ts';

/** Looks every second for so long; how good each way is at that time. */
function watch(routing: Routing, seconds: number, quality: (way: Route, second: number) => Level) {
  const steps: string[] = [];
  for (let second = 0; second < seconds; second++) {
    const level = quality(routing.route, second);
    const next = routing.look(
      { level, loss: level === 'poor' ? 0.3 : 0, way: routing.route },
      second * 1000,
    );
    if (next) steps.push(`${second} ${next}`);
  }
  return steps;
}

const all: Route[] = ['any', 'tcp', 'relay'];

test('what is good, or bad for a moment, is left alone', () => {
  expect(watch(new Routing(all), 60, () => 'good')).toEqual([]);
  expect(watch(new Routing(all), 60, (_, second) => (second % 5 < 3 ? 'poor' : 'fair'))).toEqual(
    [],
  );
});

test('a way that gets bad is left for one that is not, and that one is kept', () => {
  const quality = (way: Route, second: number) => (way === 'any' && second >= 10 ? 'poor' : 'good');
  expect(watch(new Routing(all), 120, quality)).toEqual(['14 tcp']);
});

test('where the next one is bad as well, the one after it is tried', () => {
  const quality = (way: Route): Level => (way === 'relay' ? 'fair' : 'poor');
  expect(watch(new Routing(all), 120, quality)).toEqual(['4 tcp', '13 relay']);
});

test('where all are bad, the first stays, and they are not tried again at once', () => {
  const steps = watch(new Routing(['any', 'tcp']), 120, () => 'poor');
  expect(steps.slice(0, 2)).toEqual(['4 tcp', '13 any']);
  expect(steps[2]).toBe('73 tcp');
});

test('a long way is no reason to look for another', () => {
  const routing = new Routing(all);
  for (let second = 0; second < 60; second++)
    expect(routing.look({ level: 'poor', loss: 0, way: 'p' }, second * 1000)).toBeNull();
});

test('a way that does not work at all is not tried again at once', () => {
  const routing = new Routing(['any', 'tcp']);
  expect(watch(routing, 6, () => 'poor')).toEqual(['4 tcp']);
  routing.gaveUp(6000);
  expect(routing.route).toBe('any');
  const steps = watch(routing, 120, (_, second) => (second < 6 ? 'good' : 'poor'));
  expect(steps[0]).toBe('66 tcp');
});

test('an answer for TCP only keeps nothing else', () => {
  const udp = 'a=candidate:1 1 udp 2130706175 192.0.2.1 8087 typ host';
  const tcp = 'a=candidate:2 1 tcp 1671430143 192.0.2.1 8087 typ host tcptype passive';
  const answer = ['v=0', udp, tcp, 'a=mid:0', ''].join('\r\n');
  expect(narrowed(answer, 'tcp')).toBe(['v=0', tcp, 'a=mid:0', ''].join('\r\n'));
  expect(narrowed(answer, 'relay')).toBe(answer);
});
