import type { Api } from '../api.ts';
import type { LocalMedia } from '../local.ts';
import type { Media, MediaEvents, MediaSources } from '../media.ts';
import { Embedded } from './embedded.ts';

type Adapter = new (local: LocalMedia, events: MediaEvents) => Media;

/** Each is a file of its own, with its vendor's program: no page loads what its session does not need. */
const ADAPTERS: Record<string, () => Promise<Adapter>> = {
  livekit: async () => (await import('./livekit.ts')).LiveKit,
  jitsi: async () => (await import('./jitsi.ts')).Jitsi,
  chime: async () => (await import('./chime.ts')).Chime,
  twilio: async () => (await import('./twilio.ts')).Twilio,
};

/** Media by the embedded server, or by any provider that a session may have. */
export function mediaSources(api: Api, local: LocalMedia): MediaSources {
  return {
    embedded: (events) => new Embedded(api, local, events),
    bring: async (provider) => {
      const bring = ADAPTERS[provider];
      if (!bring) throw new TypeError(`There is no adapter for ${provider}.`);
      const Adapter = await bring();
      return (events) => new Adapter(local, events);
    },
  };
}
