// How long a page was without the other's picture or sound.

import { expect } from '@playwright/test';

import type { ParticipantPage } from '../pages/participant-page.ts';

/** Milliseconds between two looks. */
const PACE = 20;

declare global {
  interface Window {
    /** What is received by, newest last, where {@link rememberReceivers} runs before the page. */
    receivers: RTCRtpReceiver[];
  }
}

/** Gives the longest time without a new frame of the other's picture from now on, in milliseconds. */
export async function watchPicture(party: ParticipantPage): Promise<() => Promise<number>> {
  await expect(party.getByTestId('remote-video')).toBeVisible();
  return watch(party, () => {
    const element = document.querySelector('[data-testid="remote-video"]');
    const shown = element?.matches('video') ? element : element?.querySelector('video');
    return (shown as HTMLVideoElement | null)?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  });
}

/** The same of sound, by when some of it was last played. The page must have been opened after {@link rememberReceivers}. */
export async function watchSound(party: ParticipantPage): Promise<() => Promise<number>> {
  return watch(party, () => {
    const audible = window.receivers.filter((receiver) => receiver.track.kind === 'audio');
    return Math.max(0, ...audible.flatMap((receiver) => receiver.getSynchronizationSources()).map(({ timestamp }) => timestamp));
  });
}

/** From here on the pages that somebody opens know what they receive by. */
export async function rememberReceivers(party: ParticipantPage): Promise<void> {
  await party.context.addInitScript(() => {
    window.receivers = [];
    const Original = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        this.addEventListener('track', ({ receiver }) => window.receivers.push(receiver));
      }
    };
  });
}

/** `count` runs in the page; it gives another number whenever something has come. */
async function watch(party: ParticipantPage, count: () => number): Promise<() => Promise<number>> {
  const watched = await party.page.evaluateHandle(
    ([source, pace]) => {
      const count = new Function(`return (${source})()`) as () => number;
      const seen = { longest: 0, last: performance.now(), count: count() };
      setInterval(() => {
        const [now, counted] = [performance.now(), count()];
        if (counted === seen.count || counted === 0) return;
        seen.longest = Math.max(seen.longest, now - seen.last);
        [seen.last, seen.count] = [now, counted];
      }, pace);
      return seen;
    },
    [count.toString(), PACE] as const,
  );
  return () => watched.evaluate(({ longest, last }) => Math.max(longest, performance.now() - last));
}
