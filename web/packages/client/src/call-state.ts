import type { Api } from './api.ts';
import type { ChatLine } from './chat.ts';
import type { Memory } from './identity.ts';
import type { LocalMedia } from './local.ts';
import type { Frame, LeftOut, MediaSources, Remote } from './media.ts';
import type { Session } from './model.ts';
import type { Problem } from './problem.ts';
import type { MediaState, Realtime, RealtimeHandlers } from './realtime.ts';

export type Phase =
  | 'lobby'
  | 'joining'
  | 'waiting'
  | 'call'
  /** Gone for now; the session goes on. */
  | 'left'
  /** The same person went on in another tab. */
  | 'elsewhere'
  /** Denied or removed by the practitioner. */
  | 'turned_away'
  /** The person ended the session; the server is told in a moment, until when that can be taken back. */
  | 'ending'
  | 'ended';

/** Whether something comes through: for the first time not yet, by now, or not any more (it is tried again and again). */
export type Flow = 'connecting' | 'up' | 'lost';

/** Picture and sound, and news and messages, take different ways: either may come without the other. */
export interface Link {
  media: Flow;
  realtime: Flow;
}

export interface CallState {
  phase: Phase;
  session: Session | null;
  participantId: string | null;
  /** Why the last attempt to load or join did not succeed. */
  problem: Problem | null;
  link: Link;
  /** Whether the server answers; media may flow all the same, and the other way round. */
  reachable: boolean;
  /** An answer takes longer than usual. */
  slow: boolean;
  remotes: readonly Remote[];
  /** The provider's own stage, in place of pictures and sound from `remotes`. */
  frame: Frame | null;
  /** By participant id; whoever is missing has not told yet. */
  mediaStates: Readonly<Record<string, MediaState>>;
  /** The others' cameras are left out, since sound comes first on a weak network. */
  camerasPaused: boolean;
  /** The server has more to carry than it can: which pictures it leaves out. */
  leftOut: LeftOut;
  /** What was said in writing, oldest first. */
  chat: readonly ChatLine[];
  /** The booked time is over and the call will be stopped soon. */
  overrun: boolean;
  /** The person ended the session, but the server has not confirmed it. */
  endUnconfirmed: boolean;
}

/** What a {@link Call} is made of; tests give it other parts. */
export interface CallParts {
  api: Pick<
    Api,
    | 'session'
    | 'join'
    | 'admit'
    | 'deny'
    | 'remove'
    | 'extend'
    | 'goOnByPhone'
    | 'backToVideo'
    | 'saveNotes'
    | 'sendFile'
    | 'leave'
    | 'end'
  >;
  realtime(
    handlers: RealtimeHandlers,
  ): Pick<Realtime, 'connected' | 'enter' | 'leave' | 'sendMediaState' | 'say' | 'close'>;
  media: MediaSources;
  local: Pick<LocalMedia, 'sending' | 'subscribe' | 'release'>;
  /** Of this tab, so that a reload comes back into the call. */
  memory: Memory;
}

export const BEGINNING: CallState = {
  phase: 'lobby',
  session: null,
  participantId: null,
  problem: null,
  link: { media: 'connecting', realtime: 'connecting' },
  reachable: true,
  slow: false,
  remotes: [],
  frame: null,
  mediaStates: {},
  camerasPaused: false,
  leftOut: 'nothing',
  chat: [],
  overrun: false,
  endUnconfirmed: false,
};
