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
  | 'unanswered'
  /** The server answers, and messages do not arrive: something in between lets no realtime channel through. */
  | 'unheard';

type Line = Pick<CallState, 'phase' | 'link' | 'reachable'>;

/**
 * The truest of what could be said, by what comes from the server: a browser that believes to be offline is believed only
 * when nothing does.
 */
export function troubleOf({ phase, link, reachable }: Line, online: boolean): Trouble | null {
  const inCall = phase === 'call';
  const media = inCall && link.media === 'up';
  if (!reachable) {
    if (media) return 'unanswered';
    return online ? 'gone' : 'offline';
  }
  if (inCall && !media) return link.media === 'lost' ? 'reconnecting' : 'connecting';
  const present = inCall || phase === 'waiting';
  return present && link.realtime === 'lost' ? 'unheard' : null;
}
