import type { Config } from '@openvisit/client';

/** Vendors as people know them. */
const VENDORS: Record<string, string> = {
  livekit: 'LiveKit',
  jitsi: 'Jitsi',
  chime: 'Amazon Chime',
  twilio: 'Twilio',
};

/** Who may carry a call: whom the server offers, and whom the appointment has, though the server knew it no more. */
export function carriers({ providers }: Config['media'], present?: string): string[] {
  return [...new Set(present ? [...providers, present] : providers)];
}

/** How people call a carrier; the server itself by the name that it is given. */
export function carrierName(carrier: string, itself: string): string {
  return carrier === 'embedded' ? itself : (VENDORS[carrier] ?? carrier);
}

/** What the server is told: nothing where it does the same by itself, for that may be set otherwise meanwhile. */
export function wished(chosen: string, anyway: string): { media_provider?: string } {
  return chosen === anyway ? {} : { media_provider: chosen };
}
