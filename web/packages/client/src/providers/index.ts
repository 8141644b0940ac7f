import type { Api } from '../api.ts';
import type { LocalMedia } from '../local.ts';
import type { Media, MediaEvents, MediaSources } from '../media.ts';
import { Embedded } from './embedded.ts';

export type Adapter = new (local: LocalMedia, events: MediaEvents) => Media;

/**
 * How each is fetched when a session first needs it. Those that need a vendor's program are added by a file of the package for each
 * (`@openvisit/client/livekit`): bundlers look for whatever a file names, also where nobody has installed it.
 */
const ADAPTERS: Record<string, () => Promise<Adapter>> = {
  jitsi: async () => (await import('./jitsi.ts')).Jitsi,
};

/** Lets calls be carried by this provider. */
export function addProvider(name: string, adapter: () => Promise<Adapter>): void {
  ADAPTERS[name] = adapter;
}

/** Media by the embedded server, or by any provider that was added. */
export function mediaSources(api: Api, local: LocalMedia): MediaSources {
  return {
    embedded: (events) => new Embedded(api, local, events),
    bring: async (provider) => {
      const bring = ADAPTERS[provider];
      if (!bring) throw missing(provider);
      const Adapter = await bring();
      return (events) => new Adapter(local, events);
    },
  };
}

function missing(provider: string): TypeError {
  const text = `This call is carried by ${provider}, which this page cannot: import '@openvisit/client/${provider}'.`;
  console.error(text);
  return new TypeError(text);
}
