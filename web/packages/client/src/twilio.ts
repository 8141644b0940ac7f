/** Lets calls be carried by Twilio, whose program (`twilio-video`) is fetched when a session first needs it. */
import { addProvider } from './providers/index.ts';

addProvider('twilio', async () => (await import('./providers/twilio.ts')).Twilio);
