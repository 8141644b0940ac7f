import { beforeEach, expect, test, vi } from 'vitest';
import type { MediaGrant } from '../model.ts';
import { FakeLocal, settled, Told, track } from '../testing/devices.ts';

interface Tile {
  tileId: number;
  localTile?: boolean;
  isContent?: boolean;
  paused?: boolean;
  boundExternalUserId: string;
  boundVideoStream: unknown;
}

/** Chime's session, as far as it is used; it stops the tracks of an input that is given again. */
const vendor = vi.hoisted(() => {
  const labels = (stream: { getTracks(): MediaStreamTrack[] } | null) =>
    stream?.getTracks().map(({ label }) => label) ?? 'nothing';
  const audioVideo = {
    addObserver: (observer: Record<string, (...args: unknown[]) => void>) =>
      (vendor.observer = observer),
    realtimeSubscribeToAttendeeIdPresence: (callback: typeof vendor.presence) =>
      (vendor.presence = callback),
    getCurrentMeetingAudioStream: async () => ({ getAudioTracks: () => [vendor.voices] }),
    getRTCPeerConnectionStats: async () => vendor.stats,
    start: () => vendor.log.push('start'),
    stop: () => {
      vendor.log.push('stop');
      vendor.observer.audioVideoDidStop?.({ statusCode: () => 1 });
    },
    realtimeMuteLocalAudio: () => vendor.log.push('mute'),
    realtimeUnmuteLocalAudio: () => vendor.log.push('unmute'),
    startAudioInput: async (stream: never) => vendor.log.push(`audio ${labels(stream)}`),
    startVideoInput: async (stream: never) => vendor.log.push(`video ${labels(stream)}`),
    stopVideoInput: async () => vendor.log.push('no video'),
    startLocalVideoTile: () => vendor.log.push('tile'),
    stopLocalVideoTile: () => vendor.log.push('no tile'),
    startContentShare: async (stream: never) => vendor.log.push(`share ${labels(stream)}`),
    stopContentShare: () => vendor.log.push('no share'),
    pauseVideoTile: (id: number) => vendor.log.push(`pause ${id}`),
    unpauseVideoTile: (id: number) => vendor.log.push(`unpause ${id}`),
  };
  class FakeSession {
    audioVideo = audioVideo;
  }
  const vendor = {
    log: [] as unknown[],
    observer: {} as Record<string, (...args: unknown[]) => void>,
    presence: (_attendee: string, _present: boolean, _person?: string) => {},
    voices: null as unknown,
    stats: new Map<string, unknown>(),
    FakeSession,
  };
  return vendor;
});

vi.mock('amazon-chime-sdk-js', () => ({
  DefaultDeviceController: class {},
  DefaultEventController: class {},
  DefaultMeetingSession: vendor.FakeSession,
  MeetingSessionConfiguration: class {
    credentials: { attendeeId: string };
    constructor(_meeting: unknown, attendee: { AttendeeId: string }) {
      this.credentials = { attendeeId: attendee.AttendeeId };
    }
  },
  MeetingSessionStatusCode: { AudioJoinedFromAnotherDevice: 2 },
  NoOpEventReporter: class {},
  NoOpLogger: class {},
}));
vi.stubGlobal(
  'MediaStream',
  class {
    readonly tracks: MediaStreamTrack[];

    constructor(tracks: MediaStreamTrack[]) {
      this.tracks = tracks;
    }
    getTracks = () => this.tracks;
  },
);
const { Chime } = await import('./chime.ts');

let local: FakeLocal;
let told: Told;
let media: InstanceType<typeof Chime>;

beforeEach(() => {
  vendor.log = [];
  vendor.voices = track('audio', 'all voices');
  local = new FakeLocal();
  told = new Told();
  media = new Chime(local.media, told);
});

const details = { Meeting: { MeetingId: 'm1' }, Attendee: { AttendeeId: 'own' } };
const GRANT = { token: '', details } as unknown as MediaGrant;

async function join(): Promise<void> {
  const joined = media.join(GRANT);
  await settled();
  vendor.observer.audioVideoDidStart?.();
  await joined;
  await settled();
}

function tile(change: Partial<Tile>): void {
  const picture = track('video', `tile ${change.tileId}`);
  vendor.observer.videoTileDidUpdate?.({
    tileId: 1,
    localTile: false,
    isContent: false,
    paused: false,
    boundExternalUserId: 'p2',
    boundVideoStream: { getVideoTracks: () => [picture] },
    ...change,
  });
}

test('it starts, and sends what the devices give', async () => {
  await join();
  expect(vendor.log).toEqual([
    'start',
    'unmute',
    'audio own microphone',
    'video own camera',
    'tile',
  ]);
  expect(told.log).toEqual(['up']);
});

test('who has no microphone sends silence, so as to count as there', async () => {
  local.change({ microphone: { track: null } });
  await join();
  expect(vendor.log).toContain('audio nothing');
});

test('a microphone is muted without being given again, which would stop it', async () => {
  await join();
  vendor.log = [];
  local.change({ microphone: { on: false } });
  await settled();
  expect(vendor.log).toEqual(['mute']);
  local.change({ microphone: { track: track('audio', 'other') } });
  await settled();
  expect(vendor.log).toEqual(['mute', 'mute', 'audio other']);
});

test('a camera that is off is closed, and opened again', async () => {
  await join();
  vendor.log = [];
  local.change({ camera: { track: null } });
  await settled();
  local.change({ camera: { track: track('video', 'own camera') } });
  await settled();
  expect(vendor.log).toEqual(['no tile', 'no video', 'video own camera', 'tile']);
});

test('a screen is shared by a copy, since what is given is stopped', async () => {
  await join();
  vendor.log = [];
  const screen = track('video', 'own screen');
  const copied = vi.fn(() => track('video', 'copy'));
  local.change({ screen: Object.assign(screen, { clone: copied }) });
  await settled();
  local.change({ screen: null });
  await settled();
  expect(vendor.log).toEqual(['share copy', 'no share']);
});

test('the others are known by their external ids; oneself and shared screens are nobody', async () => {
  await join();
  vendor.presence('own', true, 'p1');
  vendor.presence('a2', true, 'p2');
  vendor.presence('a2#content', true, 'p2');
  tile({ tileId: 1 });
  tile({ tileId: 2, isContent: true });
  tile({ tileId: 3, localTile: true, boundExternalUserId: 'p1' });
  expect(told.people).toMatchObject([
    {
      participantId: 'p2',
      microphone: { label: 'all voices' },
      camera: { label: 'tile 1' },
      screen: { label: 'tile 2' },
    },
  ]);
  vendor.observer.videoTileWasRemoved?.(2);
  expect(told.people).toMatchObject([{ participantId: 'p2', screen: null }]);
  vendor.presence('a2', false, 'p2');
  expect(told.people).toMatchObject([{ participantId: null, camera: null }]);
});

test('the others’ cameras pause, their screens do not', async () => {
  await join();
  tile({ tileId: 1 });
  tile({ tileId: 2, isContent: true });
  vendor.log = [];
  media.takeCameras(false);
  tile({ tileId: 1, paused: true });
  media.takeCameras(true);
  expect(vendor.log).toEqual(['pause 1', 'unpause 1']);
});

test('it mends itself, as long as it has not given up', async () => {
  await join();
  vendor.observer.audioVideoDidStartConnecting?.(true);
  const mended = media.mend();
  vendor.observer.audioVideoDidStart?.();
  expect(await mended).toBe(true);
  vendor.observer.audioVideoDidStop?.({ statusCode: () => 5 });
  expect(await media.mend()).toBe(false);
  expect(told.log).toEqual(['up', 'down', 'up', 'down', 'failing']);
});

test('the same attendee elsewhere takes over', async () => {
  await join();
  vendor.observer.audioVideoDidStop?.({ statusCode: () => 2 });
  expect(told.log.at(-1)).toBe('taken over');
});

test('who leaves is told nothing more', async () => {
  await join();
  media.leave();
  vendor.observer.audioVideoDidStart?.();
  local.change({ camera: { track: null } });
  await settled();
  expect(vendor.log.slice(5)).toEqual(['no share', 'stop']);
  expect(told.log).toEqual(['up']);
});

test('what stops before it has started rejects', async () => {
  const joined = media.join(GRANT);
  vendor.observer.audioVideoDidStop?.({ statusCode: () => 3 });
  await expect(joined).rejects.toThrow('3');
});

test('the quality is measured as with every other connection', async () => {
  expect(await media.quality()).toMatchObject({ level: 'unknown' });
  vendor.stats = new Map([
    [
      'pair',
      { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.01 },
    ],
  ]);
  await join();
  expect(await media.quality()).toMatchObject({ level: 'good', roundTrip: 10 });
});
