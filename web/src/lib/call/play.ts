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
      void element.play().catch((error: unknown) => {
        // Sound without a click is up to the browser; pictures (muted) always play.
        if (error instanceof DOMException && error.name === 'NotAllowedError') blocked?.(start);
      });
    start();
    const forget = resume(element, start);
    return () => {
      forget();
      element.srcObject = null;
    };
  };
}

/** Nobody pauses a call but the system: for a telephone call, or while the page is in the background. */
function resume(element: HTMLMediaElement, start: () => void): () => void {
  const gone = new AbortController();
  const look = () => !document.hidden && element.paused && start();
  element.addEventListener('pause', look, { signal: gone.signal });
  for (const event of ['visibilitychange', 'resume'])
    document.addEventListener(event, look, { signal: gone.signal });
  return () => gone.abort();
}

/** Tells of the first frame of a track that is played. */
export function firstFrame(
  track: MediaStreamTrack | null,
  seen: (track: MediaStreamTrack) => void,
): Attachment<HTMLVideoElement> {
  return (element) => {
    if (!track) return;
    const shown = () => seen(track);
    // Younger than some browsers; those tell as soon as there is anything to show.
    const request: typeof element.requestVideoFrameCallback | undefined =
      element.requestVideoFrameCallback;
    if (!request) element.addEventListener('loadeddata', shown, { once: true });
    const handle = request?.call(element, shown);
    return () => {
      element.removeEventListener('loadeddata', shown);
      if (handle !== undefined) element.cancelVideoFrameCallback(handle);
    };
  };
}

/** Sends sound to the chosen loudspeaker where the browser can. */
export function speaker(deviceId: string | null): Attachment<HTMLMediaElement> {
  return (element) => {
    // An unplugged loudspeaker: the browser's own choice stays.
    if (deviceId && 'setSinkId' in element) element.setSinkId(deviceId).catch(() => undefined);
  };
}
