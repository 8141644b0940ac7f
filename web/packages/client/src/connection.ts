import type { EmbeddedMedia, MakeMedia, Media, MediaEvents, MediaSources, Remote } from './media';
import type { MediaGrant } from './model';
import { Problem } from './problem';
import type { Quality } from './stats';

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
  #embedded: EmbeddedMedia;
  #media: Media;
  #takesCameras = true;
  #left = false;

  constructor(
    private readonly sources: MediaSources,
    private readonly events: MediaEvents,
  ) {
    this.#embedded = this.#adopt(sources.embedded);
    this.#media = this.#embedded;
  }

  get remotes(): Remote[] {
    return this.#media.remotes;
  }

  offer(): Promise<string> {
    return this.#embedded.offer();
  }

  /** Rejects with a {@link Problem} when another provider cannot be reached. */
  async connect(grant: MediaGrant, answer: string | null): Promise<void> {
    this.connecting = true;
    this.carriedBy = grant.provider;
    try {
      if (grant.provider === EMBEDDED) await this.#embedded.join(grant, answer);
      else await this.#elsewhere(grant).catch(unavailable);
    } finally {
      this.connecting = false;
    }
  }

  mend(): Promise<boolean> {
    return this.#media.mend();
  }

  quality(): Promise<Quality> {
    return this.#media.quality();
  }

  /** Also by what connects later. */
  takeCameras(wanted: boolean): void {
    this.#takesCameras = wanted;
    this.#media.takeCameras(wanted);
  }

  leave(): void {
    this.#left = true;
    this.#media.leave();
  }

  /** From the beginning, ready for another join. */
  renew(): void {
    this.#media.leave();
    this.#left = false;
    this.#embedded = this.#adopt(this.sources.embedded);
    this.#media = this.#embedded;
    this.#media.takeCameras(this.#takesCameras);
  }

  async #elsewhere(grant: MediaGrant): Promise<void> {
    const make = await this.sources.bring(grant.provider);
    if (this.#left) return;
    this.#media.leave();
    this.#media = this.#adopt(make);
    this.#media.takeCameras(this.#takesCameras);
    this.events.remotes(this.#media.remotes);
    await this.#media.join(grant, null);
  }

  #adopt<M extends Media>(make: MakeMedia<M>): M {
    const { up, failing, remotes, takenOver, frame } = this.events;
    // What an abandoned one still says is of no interest.
    const here = () => media === this.#media;
    const media: M = make({
      up: (connected) => here() && up(connected),
      // While it connects, its rejection says it.
      failing: () => here() && !this.connecting && failing(),
      remotes: (all) => here() && remotes(all),
      takenOver: () => here() && takenOver(),
      frame: (shown) => here() && frame(shown),
    });
    return media;
  }
}

function unavailable(cause: unknown): never {
  throw Problem.mediaUnavailable(cause);
}
