import type { Source } from '../devices.ts';
import type { Borrower, LocalMedia } from '../local.ts';
import { orNobody, type Frame, type Media, type MediaEvents, type Remote } from '../media.ts';
import type { MediaGrant } from '../model.ts';
import { UNKNOWN, type Quality } from '../stats.ts';
import { jitsiScript, type JitsiApi } from './jitsi-script.ts';
import { Standing } from './standing.ts';

interface Details {
  domain: string;
  room: string;
  script: string;
}

type Sent = Source | 'screen';

const TOGGLES: Record<Sent, string> = {
  microphone: 'toggleAudio',
  camera: 'toggleVideo',
  screen: 'toggleShareScreen',
};

/** The page has its own door, controls and chat; here are only the pictures. */
const PICTURES_ONLY = {
  prejoinConfig: { enabled: false },
  toolbarButtons: [],
  notifications: [],
  disabledSounds: ['PARTICIPANT_JOINED_SOUND', 'PARTICIPANT_LEFT_SOUND'],
  hideConferenceSubject: true,
  hideConferenceTimer: true,
  disableInviteFunctions: true,
  disableProfile: true,
  disableReactions: true,
  disableShortcuts: true,
  disableDeepLinking: true,
  enableClosePage: false,
  // Nothing of the call is kept in the browser, or told to anybody else.
  doNotStoreRoom: true,
  analytics: { disabled: true },
  disableThirdPartyRequests: true,
};

/** Jitsi Meet, one's own or 8x8's: a frame that has the devices while it is there. */
export class Jitsi implements Media, Frame, Borrower {
  readonly remotes: Remote[] = orNobody([]);
  readonly #standing: Standing;
  #joining: { grant: MediaGrant; Api: JitsiApi } | null = null;
  #meeting: InstanceType<JitsiApi> | null = null;
  /** What it was last told, or told of itself. */
  #sends = { microphone: false, camera: false, screen: false };

  readonly #local: LocalMedia;
  readonly #events: MediaEvents;

  constructor(local: LocalMedia, events: MediaEvents) {
    this.#local = local;
    this.#events = events;
    this.#standing = new Standing(events);
  }

  /** Ready to be shown; connects once it is. */
  async join(grant: MediaGrant): Promise<void> {
    const { script } = grant.details as unknown as Details;
    this.#joining = { grant, Api: await jitsiScript(script) };
    this.#events.frame(this);
  }

  show(place: HTMLElement): () => void {
    const { grant, Api } = this.#joining ?? {};
    if (!grant || !Api) return () => undefined;
    const { domain, room } = grant.details as unknown as Details;
    const { microphone, camera } = this.#local.state;
    const devices = { audioInput: microphone.track?.label, videoInput: camera.track?.label };
    const muted = { startWithAudioMuted: !microphone.on, startWithVideoMuted: !camera.on };
    this.#sends = { microphone: microphone.on, camera: camera.on, screen: false };
    this.#local.lend(this, this.#sends);
    const meeting = new Api(domain, {
      roomName: room,
      parentNode: place,
      noSSL: grant.url?.startsWith('http:') ?? false,
      jwt: grant.token || undefined,
      lang: document.documentElement.lang,
      devices,
      configOverwrite: { ...PICTURES_ONLY, ...muted },
    });
    this.#meeting = meeting;
    this.#listen(meeting);
    return () => this.#close();
  }

  setSpeaker(deviceId: string): void {
    void labelOf(deviceId).then((label) => this.#meeting?.setAudioOutputDevice(label));
  }

  send(source: Sent, on: boolean): void {
    if (this.#sends[source] === on) return;
    // A screen is shared only once the person has chosen one.
    if (source !== 'screen') this.#told(source, on);
    this.#meeting?.executeCommand(TOGGLES[source]);
  }

  choose(source: Source, deviceId: string): void {
    void labelOf(deviceId).then((label) =>
      source === 'microphone'
        ? this.#meeting?.setAudioInputDevice(label)
        : this.#meeting?.setVideoInputDevice(label),
    );
  }

  suppressNoise(on: boolean): void {
    this.#meeting?.executeCommand('setNoiseSuppressionEnabled', { enabled: on });
  }

  mend(): Promise<boolean> {
    return this.#standing.mended();
  }

  /** It tells nothing of its connection. */
  quality(): Promise<Quality> {
    return Promise.resolve(UNKNOWN);
  }

  /** It sees to weak networks itself. */
  takeCameras(): void {}

  leave(): void {
    this.#joining = null;
    this.#close();
  }

  #close(): void {
    if (!this.#meeting) return;
    this.#meeting.dispose();
    this.#meeting = null;
    this.#local.takeBack();
  }

  #listen(meeting: InstanceType<JitsiApi>): void {
    const gone = () => {
      this.#standing.end();
      this.#events.failing();
    };
    meeting.on('videoConferenceJoined', () => this.#standing.set(true));
    meeting.on('videoConferenceLeft', gone);
    meeting.on('readyToClose', gone);
    meeting.on('errorOccurred', ({ isFatal }) => isFatal && gone());
    meeting.on('audioMuteStatusChanged', ({ muted }) => this.#told('microphone', !muted));
    meeting.on('videoMuteStatusChanged', ({ muted }) => this.#told('camera', !muted));
    meeting.on('screenSharingStatusChanged', ({ on }) => this.#told('screen', on === true));
  }

  #told(source: Sent, on: boolean): void {
    this.#sends = { ...this.#sends, [source]: on };
    this.#local.lent(this.#sends);
  }
}

/** A frame of another origin knows devices by other ids. */
async function labelOf(deviceId: string): Promise<string> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.find((device) => device.deviceId === deviceId)?.label ?? '';
}
