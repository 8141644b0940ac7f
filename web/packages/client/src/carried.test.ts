import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from './problem.ts';
import { ME, World } from './testing/world.ts';

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  world.call.close();
  vi.useRealTimers();
});

const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const times = (what: string) => world.log.filter((it) => it === what).length;
const newest = () => world.media.at(-1)!.events;

/** The person is in a call that LiveKit carries. */
async function inside(): Promise<void> {
  world.carry('livekit');
  await world.call.join();
  await pass();
  expect(world.carriers).toEqual(['livekit']);
}

test('the embedded server’s calls fetch no other program', async () => {
  await world.call.join();
  await pass(10_000);
  expect(world.brought).toEqual([]);
  expect(world.carriers).toEqual(['embedded']);
});

test('another provider’s program is fetched in the lobby', () => {
  world.carry('livekit');
  expect(world.call.state.phase).toBe('lobby');
  expect(world.brought).toContain('livekit');
});

test('a call by another provider takes one join, and leaves the embedded connection alone', async () => {
  await inside();
  expect(times('join')).toBe(1);
  expect(world.call.state).toMatchObject({
    phase: 'call',
    participantId: ME,
    link: { media: 'up' },
  });
  expect(world.media.map(({ provider, state }) => `${provider} ${state}`)).toEqual([
    'embedded left',
    'livekit joined',
  ]);
});

test('a call that falls back goes on there, with its chat, its devices and what was told', async () => {
  await inside();
  await world.call.say('hello');
  world.call.pauseCameras(true);
  await pass(1000);
  world.mediaState = null;
  world.carry('embedded');
  await pass(1000);
  expect(times('join')).toBe(2);
  expect(world.carriers).toEqual(['embedded']);
  expect(world.call.state).toMatchObject({
    phase: 'call',
    link: { media: 'up' },
    camerasPaused: true,
  });
  expect(world.call.state.chat.map(({ text }) => text)).toEqual(['hello']);
  expect(world.released).toBe(false);
  expect(world.takesCameras).toBe(false);
  expect(world.mediaState).toMatchObject({ microphone: true, weak_down: true });
});

test('a join that falls back itself is not made twice', async () => {
  world.carry('livekit');
  // The answer's session is still that of before.
  world.provider = 'embedded';
  await world.call.join();
  await pass(1000);
  expect(world.carriers).toEqual(['embedded']);
  world.tell('updated', { media_provider: 'embedded' });
  await pass(1000);
  expect(times('join')).toBe(1);
});

test('who is still connecting when the call falls back gives that up and follows', async () => {
  world.carry('livekit');
  world.whileConnecting = () => {
    world.whileConnecting = null;
    world.carry('embedded');
  };
  await world.call.join();
  await pass(1000);
  expect(times('join')).toBe(2);
  expect(world.carriers).toEqual(['embedded']);
  expect(world.call.state).toMatchObject({ phase: 'call', link: { media: 'up' }, problem: null });
});

test('a fall-back that overtakes the answer to the join is not missed', async () => {
  world.carry('livekit');
  world.meanwhile = () => {
    world.meanwhile = null;
    world.carry('embedded');
  };
  await world.call.join();
  await pass(1000);
  expect(times('join')).toBe(2);
  expect(world.carriers).toEqual(['embedded']);
  expect(world.call.state).toMatchObject({ phase: 'call', link: { media: 'up' }, problem: null });
});

test('a room that was closed is joined anew, wherever it is then', async () => {
  await inside();
  world.provider = 'embedded';
  world.knowsMedia = false;
  newest().failing();
  await pass(1000);
  expect(world.carriers).toEqual(['embedded']);
});

test('a room that was closed with the session is the end', async () => {
  await inside();
  world.knowsMedia = false;
  world.refusal = new Problem('ended', 409, 'over');
  newest().failing();
  await pass(1000);
  expect(world.call.state.phase).toBe('ended');
});

test('what the provider mends itself costs no join', async () => {
  await inside();
  newest().up(false);
  expect(world.call.state.link.media).toBe('lost');
  newest().failing();
  newest().up(true);
  await pass(1000);
  expect(times('join')).toBe(1);
  expect(world.call.state.link.media).toBe('up');
});

test('the same person elsewhere takes the call over', async () => {
  await inside();
  newest().takenOver();
  newest().failing();
  await pass(1000);
  expect(world.call.state.phase).toBe('elsewhere');
  expect(times('join')).toBe(1);
});

test('who cannot reach the provider is told so, and may try again', async () => {
  world.carry('livekit');
  world.unreachable = ['livekit'];
  await world.call.join();
  expect(world.call.state).toMatchObject({
    phase: 'lobby',
    problem: { code: 'media_unavailable' },
  });
  world.unreachable = [];
  await world.call.join();
  expect(world.call.state).toMatchObject({ phase: 'call', problem: null, link: { media: 'up' } });
});

test('a connection that fails while it is being made is not mended behind the refusal’s back', async () => {
  world.carry('livekit');
  world.unreachable = ['livekit'];
  world.knowsMedia = false;
  world.whileConnecting = () => newest().failing();
  await world.call.join();
  await pass(5000);
  expect(world.call.state.phase).toBe('lobby');
  expect(times('join')).toBe(1);
});

test.for(['media_unavailable', 'busy'] as const)(
  'the server’s refusal (%s) leads to the lobby, and from a call to trying again',
  async (code) => {
    world.carry('livekit');
    world.refusal = new Problem(code, 503, 'no provider');
    await world.call.join();
    expect(world.call.state).toMatchObject({ phase: 'lobby', problem: { code } });
    world.refusal = null;
    await world.call.join();
    world.knowsMedia = false;
    world.refusal = new Problem(code, 503, 'no provider');
    newest().failing();
    await pass(3000);
    expect(world.call.state).toMatchObject({
      phase: 'call',
      link: { media: 'lost' },
      problem: { code },
    });
    world.refusal = null;
    await pass(3000);
    expect(world.call.state).toMatchObject({ phase: 'call', link: { media: 'up' }, problem: null });
  },
);

test('who leaves while the program is being fetched is not connected', async () => {
  world.carry('livekit');
  const joining = world.call.join();
  await vi.waitFor(() => expect(world.call.state.phase).toBe('call'));
  world.call.leave();
  await joining;
  expect(world.carriers).toEqual([]);
  expect(world.call.state.phase).toBe('left');
});

test('a frame is shown for as long as its provider carries the call', async () => {
  world.carry('jitsi');
  await world.call.join();
  const frame = { show: () => () => undefined, setSpeaker: () => undefined };
  newest().frame(frame);
  expect(world.call.state.frame).toBe(frame);
  world.carry('embedded');
  await pass(1000);
  expect(world.call.state.frame).toBeNull();
});
