import type { CallState } from '@openvisit/client';

/** What is the matter with the line, as told to the person. */
export type Trouble =
  | 'connecting'
  | 'reconnecting'
  /** The device has no network. */
  | 'offline'
  /** The server does not answer, and nothing comes from it. */
  | 'gone'
  /** Picture and sound come, and the server does not answer. */
  | 'unanswered';

type Line = Pick<CallState, 'phase' | 'link' | 'reachable'>;

/**
 * The truest of what could be said, by what comes from the server: a browser that believes to be offline is believed only
 * when nothing does.
 */
export function troubleOf({ phase, link, reachable }: Line, online: boolean): Trouble | null {
  const media = phase === 'call';
  if (!reachable) {
    if (media && link === 'up') return 'unanswered';
    return online ? 'gone' : 'offline';
  }
  if (!media || link === 'up') return null;
  return link === 'lost' ? 'reconnecting' : 'connecting';
}
