export type Source = 'microphone' | 'camera';

/** Why a device gives no picture or sound. */
export type Trouble =
  /** The person or the browser refused. */
  | 'denied'
  /** There is none. */
  | 'absent'
  /** Another program has it. */
  | 'busy'
  /** The page was not loaded over HTTPS, so the browser has no devices for it. */
  | 'insecure'
  | 'failed';

export interface Opened {
  track: MediaStreamTrack | null;
  trouble: Trouble | null;
}

export interface Devices {
  microphones: MediaDeviceInfo[];
  cameras: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

const CAMERA = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
const MICROPHONE = { echoCancellation: true, autoGainControl: true };

/** Which way a phone's camera looks: at the person, or at what is before them. */
export type Facing = 'user' | 'environment';

/** Which device, and how. */
export interface Wanted {
  /** Null for the browser's choice. */
  deviceId: string | null;
  /** Of a camera only, where no device is named. */
  facing?: Facing | null;
  /** Of a microphone only. */
  noiseSuppression?: boolean;
}

/** Opens this device and no other; never rejects. */
export async function open(source: Source, device: Wanted): Promise<Opened> {
  if (!navigator.mediaDevices) return { track: null, trouble: 'insecure' };
  const wanted = constraints(source, device);
  try {
    const stream = await navigator.mediaDevices.getUserMedia(
      source === 'camera' ? { video: wanted } : { audio: wanted },
    );
    return { track: stream.getTracks()[0] ?? null, trouble: null };
  } catch (error) {
    return { track: null, trouble: troubleOf(error) };
  }
}

/** Opens both with one question to the person; where that fails, each on its own. */
export async function openBoth(wanted: Record<Source, Wanted>): Promise<Record<Source, Opened>> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: constraints('microphone', wanted.microphone),
      video: constraints('camera', wanted.camera),
    });
    const [microphone, camera] = [stream.getAudioTracks()[0], stream.getVideoTracks()[0]];
    return {
      microphone: { track: microphone ?? null, trouble: null },
      camera: { track: camera ?? null, trouble: null },
    };
  } catch {
    // One after the other: two questions at once confuse browsers and people.
    const microphone = await open('microphone', wanted.microphone);
    return { microphone, camera: await open('camera', wanted.camera) };
  }
}

/** What can be chosen from. Names are known only after a device was opened once. */
export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const named = (kind: MediaDeviceKind) => all.filter((it) => it.kind === kind && it.deviceId);
  return {
    microphones: named('audioinput'),
    cameras: named('videoinput'),
    speakers: named('audiooutput'),
  };
}

function constraints(
  source: Source,
  { deviceId, facing, noiseSuppression = true }: Wanted,
): MediaTrackConstraints {
  const wishes = source === 'camera' ? CAMERA : { ...MICROPHONE, noiseSuppression };
  // Chromium does not heed a microphone that is merely wished for.
  if (deviceId) return { ...wishes, deviceId: { exact: deviceId } };
  return facing ? { ...wishes, facingMode: { exact: facing } } : wishes;
}

function troubleOf(error: unknown): Trouble {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'absent';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}
