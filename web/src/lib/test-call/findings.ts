import type { Device, Level, Quality, TestState, Way } from '@openvisit/client';
import { numberFormat } from '$lib/formatters';

/** `wait`: nothing is known yet. */
export type Found = 'good' | 'off' | 'wait';

/** Whether what a device gives has come back. */
export function stateOf({ on, track }: Pick<Device, 'on' | 'track'>, came: boolean): Found {
  if (!on || (track === null && !came)) return 'off';
  return came ? 'good' : 'wait';
}

/** Whether a call would be good on this line. */
export function lineOf(phase: TestState['phase'], level: Level, way: Way | null): Found {
  if (phase === 'failed' || level === 'poor' || level === 'lost') return 'off';
  return way === null || level === 'unknown' ? 'wait' : 'good';
}

/** Delay and loss as people read them. */
export function figures({ roundTrip, loss }: Pick<Quality, 'roundTrip' | 'loss'>) {
  const unit = { style: 'unit', unit: 'millisecond' } as const;
  return {
    delay: numberFormat(unit).format(roundTrip ?? 0),
    lost: numberFormat({ style: 'percent' }).format(loss ?? 0),
  };
}
