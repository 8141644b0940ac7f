import type { Attachment } from 'svelte/attachments';

/** Plays one track in an element for as long as both are there. */
export function play(
  track: MediaStreamTrack | null,
  blocked?: (retry: () => void) => void,
): Attachment<HTMLMediaElement> {
  return (element) => {
    if (!track) return;
    element.srcObject = new MediaStream([track]);
    const start = () =>
      element.play().catch((error: unknown) => {
        // Sound without a click is up to the browser; pictures (muted) always play.
        if (error instanceof DOMException && error.name === 'NotAllowedError') blocked?.(start);
      });
    void start();
    return () => (element.srcObject = null);
  };
}

/** Tells of the first frame of a track that is played. */
export function firstFrame(
  track: MediaStreamTrack | null,
  seen: (track: MediaStreamTrack) => void,
): Attachment<HTMLVideoElement> {
  return (element) => {
    if (!track) return;
    const handle = element.requestVideoFrameCallback(() => seen(track));
    return () => element.cancelVideoFrameCallback(handle);
  };
}

/** Sends sound to the chosen loudspeaker where the browser can. */
export function speaker(deviceId: string | null): Attachment<HTMLMediaElement> {
  return (element) => {
    // An unplugged loudspeaker: the browser's own choice stays.
    if (deviceId && 'setSinkId' in element) element.setSinkId(deviceId).catch(() => undefined);
  };
}
