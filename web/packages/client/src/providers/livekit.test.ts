import { beforeEach, expect, test, vi } from 'vitest';
import type { MediaGrant } from '../model.ts';
import { FakeLocal, settled, Told, track } from '../testing/devices.ts';

type Listener = (...args: unknown[]) => void;

/** LiveKit's room and tracks, as far as they are used; a track's `enabled` follows what they know of being muted. */
const vendor = vi.hoisted(() => {
  class FakeTrack {
    isMuted = false;
    mediaStreamTrack: MediaStreamTrack;

    constructor(mediaStreamTrack: MediaStreamTrack) {
      this.mediaStreamTrack = mediaStreamTrack;
      mediaStreamTrack.enabled = true;
    }
    async mute() {
      this.isMuted = true;
      this.mediaStreamTrack.enabled = false;
    }
    async unmute() {
      this.isMuted = false;
      this.mediaStreamTrack.enabled = true;
    }
    async replaceTrack(next: MediaStreamTrack) {
      vendor.log.push(`replace ${this.mediaStreamTrack.label}`);
      this.mediaStreamTrack = next;
      next.enabled = !this.isMuted;
    }
    getRTCStatsReport = async () => vendor.stats;
  }
  class FakeRoom {
    listeners = new Map<string, Listener>();
    remoteParticipants = new Map<string, unknown>();
    localParticipant = {
      trackPublications: new Map<string, { track: FakeTrack }>(),
      getTrackPublication: (source: string) => this.localParticipant.trackPublications.get(source),
      publishTrack: async (track: FakeTrack, { source }: { source: string }) => {
        vendor.log.push(`publish ${source}${track.isMuted ? ' muted' : ''}`);
        this.localParticipant.trackPublications.set(source, { track });
      },
      unpublishTrack: async (track: FakeTrack, stop: boolean) => {
        const { trackPublications } = this.localParticipant;
        for (const [source, publication] of trackPublications)
          if (publication.track === track) {
            trackPublications.delete(source);
            vendor.log.push(`unpublish ${source}${stop ? ' and stop' : ''}`);
          }
      },
    };
    constructor() {
      vendor.room = this;
    }
    on(event: string, listener: Listener) {
      this.listeners.set(event, listener);
    }
    once = this.on;
    emit(event: string, ...args: unknown[]) {
      this.listeners.get(event)?.(...args);
    }
    removeAllListeners() {
      this.listeners.clear();
    }
    async connect(url: string, token: string) {
      vendor.log.push(`connect ${url} ${token}`);
      if (vendor.refuses) throw new Error('no way through');
      this.emit('signalConnected');
      this.emit('connected');
    }
    async disconnect(stop: boolean) {
      vendor.log.push(`disconnect${stop ? ' and stop' : ''}`);
      this.emit('disconnected', 1);
    }
  }
  const vendor = {
    log: [] as string[],
    room: null as unknown as FakeRoom,
    refuses: false,
    stats: new Map<string, unknown>(),
    FakeTrack,
    FakeRoom,
  };
  return vendor;
});

vi.mock('livekit-client', async (original) => ({
  ...(await original<typeof import('livekit-client')>()),
  Room: vendor.FakeRoom,
  LocalAudioTrack: vendor.FakeTrack,
  LocalVideoTrack: vendor.FakeTrack,
}));
const { LiveKit } = await import('./livekit.ts');

let local: FakeLocal;
let told: Told;
let media: InstanceType<typeof LiveKit>;

beforeEach(() => {
  vendor.log = [];
  vendor.refuses = false;
  local = new FakeLocal();
  told = new Told();
  media = new LiveKit(local.media, told);
});

const GRANT = { url: 'wss://livekit.test', token: 'a-token', details: null } as MediaGrant;

async function join(): Promise<void> {
  await media.join(GRANT);
  await settled();
}

/** Somebody else in the room, sending these. */
function arrive(identity: string, sources: string[]) {
  const subscriptions: boolean[] = [];
  const publications = new Map(
    sources.map((source) => {
      const mediaStreamTrack = track('video', `${identity}'s ${source}`);
      const setSubscribed = (wanted: boolean) => subscriptions.push(wanted);
      return [
        source,
        {
          source,
          track: { mediaStreamTrack, getRTCStatsReport: async () => undefined },
          setSubscribed,
        },
      ];
    }),
  );
  vendor.room.remoteParticipants.set(identity, { identity, trackPublications: publications });
  vendor.room.emit('participantConnected');
  return subscriptions;
}

test('what the devices give is published when the server has let one in', async () => {
  expect(vendor.log).toEqual([]);
  await join();
  expect(vendor.log).toEqual([
    'connect wss://livekit.test a-token',
    'publish microphone',
    'publish camera',
  ]);
  expect(told.log).toEqual(['up']);
});

test('a muted microphone is published muted, and never heard in between', async () => {
  local.change({ microphone: { on: false } });
  local.state.microphone.track!.enabled = false;
  await join();
  expect(vendor.log).toContain('publish microphone muted');
  expect(local.state.microphone.track!.enabled).toBe(false);
  local.change({ microphone: { on: true } });
  await settled();
  expect(local.state.microphone.track!.enabled).toBe(true);
});

test('a camera that is off is unpublished, its track left alone, and published anew', async () => {
  await join();
  local.change({ camera: { on: false, track: null } });
  await settled();
  local.change({ camera: { on: true, track: track('video') } });
  await settled();
  expect(vendor.log.slice(3)).toEqual(['unpublish camera', 'publish camera']);
});

test('another microphone replaces the one before, muted if that was', async () => {
  await join();
  local.change({ microphone: { on: false } });
  const other = track('audio', 'other');
  local.change({ microphone: { track: other } });
  await settled();
  expect(vendor.log.slice(3)).toEqual(['replace own microphone']);
  expect(other.enabled).toBe(false);
});

test('a screen is published for as long as it is shared', async () => {
  await join();
  local.change({ screen: track('video') });
  await settled();
  local.change({ screen: null });
  await settled();
  expect(vendor.log.slice(3)).toEqual(['publish screen_share', 'unpublish screen_share']);
});

test('the others are known by their participants’ ids, and there is a place for who is not there', async () => {
  await join();
  expect(told.people).toEqual([
    { participantId: null, microphone: null, camera: null, screen: null },
  ]);
  arrive('p2', ['microphone', 'camera', 'screen_share']);
  expect(told.people).toMatchObject([
    {
      participantId: 'p2',
      microphone: { label: "p2's microphone" },
      camera: { label: "p2's camera" },
      screen: { label: "p2's screen_share" },
    },
  ]);
});

test('a camera that is published anew is shown while the one before is still listed', async () => {
  await join();
  arrive('p2', ['camera']);
  const { trackPublications } = vendor.room.remoteParticipants.get('p2') as {
    trackPublications: Map<string, Record<string, unknown>>;
  };
  trackPublications.get('camera')!.track = undefined;
  vendor.room.emit('trackUnsubscribed');
  expect(told.people).toMatchObject([{ camera: null }]);
  const mediaStreamTrack = track('video', 'another camera');
  trackPublications.set('camera again', { source: 'camera', track: { mediaStreamTrack } });
  vendor.room.emit('trackSubscribed');
  expect(told.people).toMatchObject([{ camera: { label: 'another camera' } }]);
  trackPublications.delete('camera again');
  vendor.room.emit('trackUnpublished');
  expect(told.people).toMatchObject([{ camera: null }]);
});

test('the others’ cameras are left out on demand, also those that come later', async () => {
  await join();
  const known = arrive('p2', ['camera']);
  media.takeCameras(false);
  expect(known).toEqual([false]);
  const later = arrive('p3', ['camera']);
  vendor.room.emit('trackPublished');
  expect(later).toEqual([false]);
});

test('it mends itself, as long as it has not given up', async () => {
  await join();
  vendor.room.emit('reconnecting');
  const mended = media.mend();
  vendor.room.emit('reconnected');
  expect(await mended).toBe(true);
  vendor.room.emit('disconnected', 9);
  expect(await media.mend()).toBe(false);
  expect(told.log).toEqual(['up', 'down', 'up', 'down', 'failing']);
});

test.each([
  ['the same identity elsewhere', 2, 'taken over'],
  ['being removed', 4, 'failing'],
  ['a deleted room', 5, 'failing'],
  ['a server that goes', 3, 'failing'],
])('%s is told', async (_name, reason, news) => {
  await join();
  vendor.room.emit('disconnected', reason);
  expect(told.log.at(-1)).toBe(news);
});

test('who leaves is told nothing more, and keeps the devices', async () => {
  await join();
  media.leave();
  local.change({ camera: { track: null } });
  await settled();
  expect(vendor.log.slice(3)).toEqual(['disconnect']);
  expect(told.log).toEqual(['up']);
});

test('what cannot be reached rejects', async () => {
  vendor.refuses = true;
  await expect(media.join(GRANT)).rejects.toThrow('no way through');
});

test('the quality is that of all tracks together', async () => {
  vendor.stats = new Map([
    [
      'pair',
      { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.6 },
    ],
  ]);
  await join();
  expect(await media.quality()).toMatchObject({ level: 'poor', roundTrip: 600 });
});
