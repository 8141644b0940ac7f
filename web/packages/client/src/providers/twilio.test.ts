import { beforeEach, expect, test, vi } from 'vitest';
import type { MediaGrant } from '../model.ts';
import { FakeLocal, settled, Told, track } from '../testing/devices.ts';

type Listener = (...args: unknown[]) => void;

/** Twilio's room and tracks, as far as they are used. */
const vendor = vi.hoisted(() => {
  class FakeTrack {
    readonly mediaStreamTrack: MediaStreamTrack;
    readonly options: { name: string };

    constructor(mediaStreamTrack: MediaStreamTrack, options: { name: string }) {
      this.mediaStreamTrack = mediaStreamTrack;
      this.options = options;
    }
    enable(on: boolean) {
      this.mediaStreamTrack.enabled = on;
      return this;
    }
  }
  class FakeRoom {
    listeners = new Map<string, Listener>();
    participants = new Map<string, unknown>();
    localParticipant = {
      networkQualityStats: null as unknown,
      publishTrack: async ({ options }: FakeTrack) =>
        void vendor.log.push(`publish ${options.name}`),
      unpublishTrack: ({ options }: FakeTrack) => void vendor.log.push(`unpublish ${options.name}`),
    };
    on(event: string, listener: Listener) {
      this.listeners.set(event, listener);
    }
    emit(event: string, ...args: unknown[]) {
      this.listeners.get(event)?.(...args);
    }
    removeAllListeners() {
      this.listeners.clear();
    }
    disconnect() {
      vendor.log.push('disconnect');
      this.emit('disconnected', this);
    }
  }
  const connect = (token: string, options: { name: string; tracks: FakeTrack[] }) => {
    const names = options.tracks.map((it) => it.options.name);
    vendor.log.push(`connect ${options.name} ${token} with ${names.join(', ')}`);
    vendor.options = options;
    const connected = new Promise((resolve, reject) => {
      vendor.answer = () => resolve(vendor.room);
      vendor.refuse = reject;
    });
    return Object.assign(connected, { cancel: () => vendor.log.push('cancel') });
  };
  const vendor = {
    log: [] as string[],
    options: {} as Record<string, unknown>,
    room: null as unknown as FakeRoom,
    answer: () => {},
    refuse: (_why: Error) => {},
    FakeTrack,
    FakeRoom,
    connect,
  };
  return vendor;
});

vi.mock('twilio-video', () => ({
  connect: vendor.connect,
  LocalAudioTrack: vendor.FakeTrack,
  LocalVideoTrack: vendor.FakeTrack,
  Logger: { setLevel: () => undefined },
}));
const { Twilio } = await import('./twilio.ts');

let local: FakeLocal;
let told: Told;
let media: InstanceType<typeof Twilio>;

beforeEach(() => {
  vendor.log = [];
  vendor.room = new vendor.FakeRoom();
  local = new FakeLocal();
  told = new Told();
  media = new Twilio(local.media, told);
});

const GRANT = { token: 'a-token', details: { room: 'RM1' } } as unknown as MediaGrant;

async function join(): Promise<void> {
  const joined = media.join(GRANT);
  vendor.answer();
  await joined;
  await settled();
  vendor.log = [];
}

function arrive(identity: string, names: string[]) {
  const switched: string[] = [];
  const publications = names.map((trackName) => {
    const camera = {
      kind: 'video',
      isSwitchedOff: false,
      mediaStreamTrack: track('video', `${identity}'s ${trackName}`),
      switchOn: () => switched.push('on'),
      switchOff: () => switched.push('off'),
    };
    return [trackName, { trackName, track: camera }] as const;
  });
  const tracks = new Map(publications);
  vendor.room.participants.set(identity, { identity, tracks, videoTracks: tracks });
  vendor.room.emit('trackSubscribed');
  return switched;
}

test('it connects with what the devices give, by the names of their sources', async () => {
  const joined = media.join(GRANT);
  expect(vendor.log).toEqual(['connect RM1 a-token with microphone, camera']);
  expect(vendor.options).toMatchObject({ insights: false, preferredVideoCodecs: ['VP8'] });
  vendor.answer();
  await joined;
  await settled();
  expect(vendor.log).toHaveLength(1);
  expect(told.log).toEqual(['up']);
});

test('a muted microphone stays open and silent', async () => {
  local.change({ microphone: { on: false } });
  await join();
  expect(local.state.microphone.track!.enabled).toBe(false);
  local.change({ microphone: { on: true } });
  await settled();
  expect(local.state.microphone.track!.enabled).toBe(true);
  expect(vendor.log).toEqual([]);
});

test('what changes is published anew, what ends is unpublished', async () => {
  await join();
  local.change({ microphone: { track: track('audio') } });
  local.change({ camera: { on: false, track: null } });
  local.change({ screen: track('video') });
  await settled();
  local.change({ screen: null });
  await settled();
  expect(vendor.log).toEqual([
    'unpublish microphone',
    'publish microphone',
    'unpublish camera',
    'publish screen',
    'unpublish screen',
  ]);
});

test('the others are known by their participants’ ids', async () => {
  await join();
  expect(told.people).toMatchObject([{ participantId: null }]);
  arrive('p2', ['microphone', 'camera', 'screen', 'something else']);
  expect(told.people).toMatchObject([
    {
      participantId: 'p2',
      microphone: { label: "p2's microphone" },
      camera: { label: "p2's camera" },
      screen: { label: "p2's screen" },
    },
  ]);
});

test('the others’ cameras are switched off and on, their screens never', async () => {
  await join();
  const switched = arrive('p2', ['screen', 'camera']);
  media.takeCameras(false);
  media.takeCameras(true);
  expect(switched).toEqual(['on', 'off', 'on']);
});

test('it mends itself, as long as it has not given up', async () => {
  await join();
  vendor.room.emit('reconnecting');
  const mended = media.mend();
  vendor.room.emit('reconnected');
  expect(await mended).toBe(true);
  vendor.room.emit('disconnected', vendor.room, { code: 53118 });
  expect(await media.mend()).toBe(false);
  expect(told.log).toEqual(['up', 'down', 'up', 'down', 'failing']);
});

test('the same identity elsewhere takes over', async () => {
  await join();
  vendor.room.emit('disconnected', vendor.room, { code: 53205 });
  expect(told.log.at(-1)).toBe('taken over');
});

test('who leaves is told nothing more, also while it connects', async () => {
  await join();
  media.leave();
  expect(vendor.log).toContain('disconnect');
  expect(told.log).toEqual(['up']);

  const late = new Twilio(local.media, told);
  const joining = late.join(GRANT);
  late.leave();
  expect(vendor.log).toContain('cancel');
  vendor.log = [];
  vendor.answer();
  await joining;
  expect(vendor.log).toEqual(['disconnect']);
  expect(told.log).toEqual(['up']);
});

test('what cannot be reached rejects', async () => {
  const joined = media.join(GRANT);
  vendor.refuse(new Error('no way through'));
  await expect(joined).rejects.toThrow('no way through');
});

test('the quality is what Twilio says of it', async () => {
  await join();
  expect(await media.quality()).toMatchObject({ level: 'unknown', roundTrip: null });
  vendor.room.localParticipant.networkQualityStats = {
    audio: { send: 5, recv: 4, sendStats: { latency: { rtt: 0.12 } }, recvStats: null },
    video: {
      send: 5,
      recv: 2,
      sendStats: null,
      recvStats: { fractionLost: { fractionLost: 0.2 } },
    },
  };
  expect(await media.quality()).toMatchObject({
    level: 'poor',
    up: 'good',
    down: 'poor',
    roundTrip: 120,
    loss: 0.2,
  });
});
