import { createSubscriber } from 'svelte/reactivity';

interface Source<T> {
  readonly state: T;
  subscribe(listener: () => void): () => void;
}

/** Makes the state of an SDK object reactive. */
export function observed<T>(source: Source<T>): Source<T> {
  const track = createSubscriber((update) => source.subscribe(update));
  return {
    get state() {
      track();
      return source.state;
    },
    subscribe: (listener) => source.subscribe(listener),
  };
}
