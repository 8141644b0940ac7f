import type { MediaGrant } from './model.ts';
import type { Quality } from './stats.ts';

/** What one other participant sends. Tracks exist from the start and may carry nothing yet. */
export interface Remote {
  /** Null as long as there is only one partner and nobody has said who. */
  participantId: string | null;
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
}

/** Cameras go first; `pictures` are these and shared screens. */
export type LeftOut = 'nothing' | 'cameras' | 'pictures';

export interface MediaEvents {
  /** Media flows, or does not flow any more (it may come back by itself). */
  up(connected: boolean): void;
  /** It will not come back by itself. */
  failing(): void;
  remotes(remotes: Remote[]): void;
  /** The same participant goes on with a newer connection. */
  takenOver(): void;
  /** Which pictures the server leaves out, for it has more to carry than it can; sound always comes. */
  leftOut(what: LeftOut): void;
  /** Pictures and sound are to be shown by the provider's own frame. */
  frame(frame: Frame): void;
}

/** A stage of the provider's own. It has the person's devices while it is shown. */
export interface Frame {
  /** Fills this place; what it returns takes it away again. */
  show(place: HTMLElement): () => void;
  setSpeaker(deviceId: string): void;
}

/** One connection to whoever carries the media. There is an adapter for each provider, in `providers/`. */
export interface Media {
  readonly remotes: Remote[];
  /**
   * Connects and sends what the person's devices give, now and later. Rejects when that cannot be.
   *
   * @param answer to the offer that went with the join, where there was one.
   */
  join(grant: MediaGrant, answer: string | null): Promise<void>;
  /** Mends what is broken. False when it takes a new connection. */
  mend(): Promise<boolean>;
  quality(): Promise<Quality>;
  /** Whether the others' cameras are sent on to here. */
  takeCameras(wanted: boolean): void;
  leave(): void;
}

/** The embedded server answers an offer that comes with the join: one exchange for both. */
export interface EmbeddedMedia extends Media {
  /** Made as soon as the object exists: whoever makes it early has it ready. */
  offer(): Promise<string>;
}

export type MakeMedia<M extends Media = Media> = (events: MediaEvents) => M;

/** Where a call gets its media from. */
export interface MediaSources {
  embedded: MakeMedia<EmbeddedMedia>;
  /** Any other provider's; its program is fetched when it is first asked for. */
  bring(provider: string): Promise<MakeMedia>;
}

const NOBODY: Remote = { participantId: null, microphone: null, camera: null, screen: null };

/** A remote of which nothing has come yet. */
export function silent(participantId: string | null): Remote {
  return { ...NOBODY, participantId };
}

/** As long as nobody is there, there is a place for the partner. */
export function orNobody(remotes: Remote[]): Remote[] {
  return remotes.length > 0 ? remotes : [NOBODY];
}
