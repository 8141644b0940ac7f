import { beforeEach, expect, test, vi } from 'vitest';
import type { MediaGrant } from '../model.ts';
import { FakeLocal, settled, Told } from '../testing/devices.ts';
import { Jitsi } from './jitsi.ts';

type Listener = (happening: object) => void;

/** Jitsi's External API, as far as it is used. */
class FakeApi {
  static newest: FakeApi;
  readonly log: unknown[][] = [];
  readonly #listeners = new Map<string, Listener>();

  readonly domain: string;
  readonly options: Record<string, unknown>;

  constructor(domain: string, options: Record<string, unknown>) {
    this.domain = domain;
    this.options = options;
    FakeApi.newest = this;
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  emit(event: string, happening: object = {}): void {
    this.#listeners.get(event)?.(happening);
  }

  executeCommand = (...command: unknown[]) => void this.log.push(command);
  setAudioInputDevice = async (label: string) => void this.log.push(['microphone', label]);
  setVideoInputDevice = async (label: string) => void this.log.push(['camera', label]);
  setAudioOutputDevice = async (label: string) => void this.log.push(['speaker', label]);
  dispose = () => void this.log.push(['dispose']);
}

const scripts: string[] = [];
let loads = true;
vi.stubGlobal('document', {
  documentElement: { lang: 'de' },
  createElement: () => ({ remove: () => undefined }),
  head: {
    append(script: { src: string; onload(): void; onerror(): void }) {
      scripts.push(script.src);
      if (loads) Object.assign(globalThis, { JitsiMeetExternalAPI: FakeApi });
      queueMicrotask(loads ? script.onload : script.onerror);
    },
  },
});
vi.stubGlobal('navigator', {
  mediaDevices: { enumerateDevices: async () => [{ deviceId: 'd1', label: 'Desk device' }] },
});

const PLACE = {} as HTMLElement;
const GRANT = {
  url: 'https://meet.test/room',
  token: 'a-token',
  details: { domain: 'meet.test', room: 'room', script: 'https://meet.test/external_api.js' },
} as unknown as MediaGrant;

let local: FakeLocal;
let told: Told;
let media: Jitsi;

beforeEach(() => {
  local = new FakeLocal();
  told = new Told();
  media = new Jitsi(local.media, told);
});

async function show(): Promise<() => void> {
  await media.join(GRANT);
  const hide = told.shown!.show(PLACE);
  FakeApi.newest.emit('videoConferenceJoined');
  return hide;
}

test('a script that cannot be loaded rejects, and is asked for again', async () => {
  loads = false;
  await expect(media.join(GRANT)).rejects.toThrow('cannot be loaded');
  loads = true;
  await media.join(GRANT);
  await media.join(GRANT);
  expect(scripts).toHaveLength(2);
});

test('the frame begins where it is shown, with the person’s wishes and devices', async () => {
  local.change({ microphone: { on: false } });
  await show();
  const { domain, options } = FakeApi.newest;
  expect(domain).toBe('meet.test');
  expect(options).toMatchObject({
    roomName: 'room',
    parentNode: PLACE,
    jwt: 'a-token',
    lang: 'de',
    noSSL: false,
    devices: { audioInput: 'own microphone', videoInput: 'own camera' },
    configOverwrite: {
      prejoinConfig: { enabled: false },
      toolbarButtons: [],
      startWithAudioMuted: true,
      startWithVideoMuted: false,
    },
  });
  expect(local.log).toEqual([['lend', { microphone: false, camera: true, screen: false }]]);
  expect(told.log).toEqual(['up']);
});

test('the page’s controls drive the frame', async () => {
  await show();
  media.send('microphone', true);
  media.send('microphone', false);
  media.send('camera', false);
  media.send('screen', true);
  media.choose('microphone', 'd1');
  media.choose('camera', 'd1');
  media.setSpeaker('d1');
  media.suppressNoise(true);
  await settled();
  expect(FakeApi.newest.log).toEqual([
    ['toggleAudio'],
    ['toggleVideo'],
    ['toggleShareScreen'],
    ['setNoiseSuppressionEnabled', { enabled: true }],
    ['microphone', 'Desk device'],
    ['camera', 'Desk device'],
    ['speaker', 'Desk device'],
  ]);
});

test('what happens in the frame shows in the controls', async () => {
  await show();
  FakeApi.newest.emit('audioMuteStatusChanged', { muted: true });
  FakeApi.newest.emit('videoMuteStatusChanged', { muted: true });
  FakeApi.newest.emit('screenSharingStatusChanged', { on: true });
  expect(local.log.at(-1)).toEqual(['lent', { microphone: false, camera: false, screen: true }]);
});

test('a screen counts as shared only once one was chosen', async () => {
  await show();
  media.send('screen', true);
  expect(local.log).toHaveLength(1);
});

test.each(['videoConferenceLeft', 'readyToClose'])('%s is the end of it', async (event) => {
  await show();
  FakeApi.newest.emit(event);
  expect(told.log).toEqual(['up', 'down', 'failing']);
  expect(await media.mend()).toBe(false);
});

test('only a fatal error is the end of it', async () => {
  await show();
  FakeApi.newest.emit('errorOccurred', { isFatal: false });
  expect(told.log).toEqual(['up']);
  FakeApi.newest.emit('errorOccurred', { isFatal: true });
  expect(told.log.at(-1)).toBe('failing');
});

test('who leaves has the devices back, once', async () => {
  const hide = await show();
  media.leave();
  hide();
  expect(FakeApi.newest.log).toEqual([['dispose']]);
  expect(local.log.filter(([what]) => what === 'takeBack')).toHaveLength(1);
});

test('what was left before it could be shown is not shown', async () => {
  await media.join(GRANT);
  const before = FakeApi.newest;
  media.leave();
  told.shown!.show(PLACE);
  expect(FakeApi.newest).toBe(before);
});
