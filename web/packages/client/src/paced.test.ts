import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from './paced.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('the first wish is granted at once, those that follow closely as one', () => {
  const act = vi.fn();
  const wish = paced(act, 200);
  wish();
  expect(act).toHaveBeenCalledTimes(1);
  wish();
  wish();
  vi.advanceTimersByTime(199);
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(act).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(2);
});
