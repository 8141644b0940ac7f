import type {
  EmbeddedMedia,
  MakeMedia,
  Media,
  MediaEvents,
  MediaSources,
  Remote,
} from './media.ts';
import type { MediaGrant } from './model.ts';
import { Problem } from './problem.ts';
import { UNKNOWN, type Quality } from './stats.ts';

export const EMBEDDED = 'embedded';

/**
 * A call's connection to whoever carries it. It begins as one to the embedded server, whose offer goes with the join;
 * the grant that comes back may be another provider's.
 */
export class Connection {
  /** Who it is a connection to; null before the first grant. */
  carriedBy: string | null = null;
  /** A grant was given, and what becomes of it is not known yet. */
  connecting = false;
  #embedded: EmbeddedMedia | null = null;
  #media: Media | null = null;
  #takesCameras = true;
  #left = false;

  readonly #sources: MediaSources;
  readonly #events: MediaEvents;

  constructor(sources: MediaSources, events: MediaEvents) {
    this.#sources = sources;
    this.#events = events;
  }

  get remotes(): Remote[] {
    return this.#media?.remotes ?? [];
  }

  offer(): Promise<string> {
    return this.prepare().offer();
  }

  /** Makes the offer, unless there is one: it takes a phone long enough to be done before anybody joins. */
  prepare(): EmbeddedMedia {
    if (this.#embedded) return this.#embedded;
    this.#embedded = this.#adopt(this.#sources.embedded);
    this.#media = this.#embedded;
    this.#media.takeCameras(this.#takesCameras);
    return this.#embedded;
  }

  /** Rejects with a {@link Problem} when another provider cannot be reached. */
  async connect(grant: MediaGrant, answer: string | null): Promise<void> {
    this.connecting = true;
    this.carriedBy = grant.provider;
    try {
      if (grant.provider === EMBEDDED) await this.prepare().join(grant, answer);
      else await this.#elsewhere(grant).catch(unavailable);
    } finally {
      this.connecting = false;
    }
  }

  mend(): Promise<boolean> {
    return this.#media?.mend() ?? Promise.resolve(false);
  }

  quality(): Promise<Quality> {
    return this.#media?.quality() ?? Promise.resolve(UNKNOWN);
  }

  /** Also by what connects later. */
  takeCameras(wanted: boolean): void {
    this.#takesCameras = wanted;
    this.#media?.takeCameras(wanted);
  }

  leave(): void {
    this.#left = true;
    this.#media?.leave();
  }

  /** From the beginning, ready for another join. */
  renew(): void {
    this.#media?.leave();
    this.#left = false;
    this.#embedded = null;
    this.prepare();
  }

  async #elsewhere(grant: MediaGrant): Promise<void> {
    const make = await this.#sources.bring(grant.provider);
    if (this.#left) return;
    this.#media?.leave();
    this.#media = this.#adopt(make);
    this.#media.takeCameras(this.#takesCameras);
    this.#events.remotes(this.#media.remotes);
    await this.#media.join(grant, null);
  }

  #adopt<M extends Media>(make: MakeMedia<M>): M {
    const { up, failing, remotes, takenOver, leftOut, frame } = this.#events;
    // What an abandoned one still says is of no interest.
    const here = () => media === this.#media;
    const media: M = make({
      up: (connected) => here() && up(connected),
      // While it connects, its rejection says it.
      failing: () => here() && !this.connecting && failing(),
      remotes: (all) => here() && remotes(all),
      takenOver: () => here() && takenOver(),
      leftOut: (what) => here() && leftOut(what),
      frame: (shown) => here() && frame(shown),
    });
    return media;
  }
}

function unavailable(cause: unknown): never {
  throw Problem.mediaUnavailable(cause);
}
