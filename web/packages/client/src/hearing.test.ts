import { expect, test } from 'vitest';
import { Hearing } from './hearing.ts';

const pair = (count: number, id = 'p') => new Map([[id, count]]);

test('what comes is heard, and what does not come for a while is silence', () => {
  const hearing = new Hearing();
  expect(hearing.look(pair(10), 0)).toBe('heard');
  expect(hearing.look(pair(10), 500)).toBe('quiet');
  expect(hearing.look(pair(10), 1400)).toBe('quiet');
  expect(hearing.look(pair(10), 1500)).toBe('silent');
  expect(hearing.look(pair(11), 2000)).toBe('heard');
});

test('a look that comes late, on a busy device, is no silence where something came meanwhile', () => {
  const hearing = new Hearing();
  hearing.look(pair(10), 0);
  expect(hearing.look(pair(20), 9000)).toBe('heard');
});

test('a way that is given up is no sign of life, and a new one is only once something came by it', () => {
  const hearing = new Hearing();
  hearing.look(new Map([...pair(10), ...pair(5, 'q')]), 0);
  expect(hearing.look(pair(10), 500)).toBe('quiet');
  expect(hearing.look(new Map([...pair(10), ...pair(0, 'r')]), 1000)).toBe('quiet');
  expect(hearing.look(new Map([...pair(10), ...pair(1, 'r')]), 1500)).toBe('heard');
});
