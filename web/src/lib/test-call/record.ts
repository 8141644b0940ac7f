const SECONDS = 4;

/** Some seconds of a sound. */
export async function record(track: MediaStreamTrack): Promise<Blob> {
  const recorder = new MediaRecorder(new MediaStream([track]));
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
  recorder.start();
  // It stops by itself when the track ends.
  const timer = setTimeout(() => recorder.stop(), SECONDS * 1000);
  await stopped;
  clearTimeout(timer);
  return new Blob(parts, { type: recorder.mimeType });
}

/** Plays it on the chosen loudspeaker; resolves when it has been heard. */
export async function playBack(sound: Blob, speakerId: string | null): Promise<void> {
  const address = URL.createObjectURL(sound);
  try {
    const element = new Audio(address);
    // An unplugged loudspeaker: the browser's own choice stays.
    if (speakerId && 'setSinkId' in element)
      await element.setSinkId(speakerId).catch(() => undefined);
    const ended = new Promise((resolve, reject) => {
      element.addEventListener('ended', resolve);
      element.addEventListener('error', reject);
    });
    await element.play();
    await ended;
  } finally {
    URL.revokeObjectURL(address);
  }
}
