/** Streams for `<video>` elements: a new one only where its tracks are others, so that a page sets `srcObject` when that is needed. */
export class Streams {
  readonly #known = new Map<string, MediaStream>();

  /** Null where there is no track. `whose`: who or what it is a stream of. */
  of(whose: string, tracks: (MediaStreamTrack | null)[]): MediaStream | null {
    const live = tracks.filter((track) => track !== null);
    const known = this.#known.get(whose);
    if (known && sameTracks(known.getTracks(), live)) return known;
    if (live.length === 0) {
      this.#known.delete(whose);
      return null;
    }
    const stream = new MediaStream(live);
    this.#known.set(whose, stream);
    return stream;
  }
}

function sameTracks(some: MediaStreamTrack[], others: MediaStreamTrack[]): boolean {
  return some.length === others.length && others.every((track) => some.includes(track));
}
