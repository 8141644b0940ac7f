/** Lets calls be carried by Amazon Chime, whose program (`amazon-chime-sdk-js`) is fetched when a session first needs it. */
import { addProvider } from './providers/index.ts';

addProvider('chime', async () => (await import('./providers/chime.ts')).Chime);
