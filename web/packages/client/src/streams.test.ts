import { beforeEach, expect, test, vi } from 'vitest';
import { Streams } from './streams.ts';
import { FakeMediaStream } from './testing/hardware.ts';

const track = (id: string) => ({ id }) as MediaStreamTrack;
const [camera, microphone] = [track('camera'), track('microphone')];

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));

test('a stream stays the same while its tracks do', () => {
  const streams = new Streams();
  const first = streams.of('anna', [microphone, null]);
  expect(streams.of('anna', [null, microphone])).toBe(first);
  expect(streams.of('jonas', [microphone])).not.toBe(first);
  const both = streams.of('anna', [microphone, camera]);
  expect(both).not.toBe(first);
  expect(both?.getTracks()).toEqual([microphone, camera]);
});

test('nothing is no stream', () => {
  const streams = new Streams();
  streams.of('anna', [camera]);
  expect(streams.of('anna', [null])).toBeNull();
  expect(streams.of('anna', [])).toBeNull();
});
