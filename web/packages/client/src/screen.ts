/** What a person shows of their machine: all of it, a window or a tab, which may have a sound. */
export interface Shared {
  picture: MediaStreamTrack;
  sound: MediaStreamTrack | null;
}

/** As Chromium knows it; other browsers leave out what they do not. */
type Wishes = DisplayMediaStreamOptions & { systemAudio: 'exclude' };

const WISHES: Wishes = {
  video: { frameRate: { max: 15 } },
  // Music and films as they are, rather than as a voice is cleaned.
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  // The sound of the whole machine has the others' voices in it, who would hear themselves.
  systemAudio: 'exclude',
};

/** Null when the person thought better of it. */
export async function openScreen(): Promise<Shared | null> {
  const stream = await navigator.mediaDevices.getDisplayMedia(WISHES).catch(() => null);
  const picture = stream?.getVideoTracks()[0];
  if (!picture) return null;
  picture.contentHint = 'detail';
  return { picture, sound: stream.getAudioTracks()[0] ?? null };
}
