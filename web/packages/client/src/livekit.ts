/** Lets calls be carried by LiveKit, whose program (`livekit-client`) is fetched when a session first needs it. */
import { addProvider } from './providers/index.ts';

addProvider('livekit', async () => (await import('./providers/livekit.ts')).LiveKit);
