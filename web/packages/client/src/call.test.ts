import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from './problem.ts';
import { ME, participant, World } from './testing/world.ts';

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  world.call.close();
  vi.useRealTimers();
});

/** Lets everything happen that is due within the given milliseconds. */
const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const times = (what: string) => world.log.filter((it) => it === what).length;

describe('getting in', () => {
  test('who is admitted is in the call after one exchange', async () => {
    await world.call.join();
    expect(world.call.state).toMatchObject({
      phase: 'call',
      participantId: ME,
      link: { media: 'up' },
    });
    expect(times('join')).toBe(1);
  });

  test('what was prepared is what joins', async () => {
    expect(world.media).toHaveLength(0);
    world.call.prepare();
    await world.call.join();
    expect(world.media).toHaveLength(1);
    expect(world.call.state.link.media).toBe('up');
  });

  test('nothing is prepared for who is not at the door any more', async () => {
    await world.call.join();
    world.call.leave();
    world.call.prepare();
    expect(world.media).toHaveLength(1);
  });

  test('who waits comes in when admitted', async () => {
    world.admission = 'waiting';
    await world.call.join();
    expect(world.call.state.phase).toBe('waiting');
    world.admit();
    await pass();
    expect(world.call.state.phase).toBe('call');
  });

  test('an admission that overtakes the answer to the join is not missed', async () => {
    world.admission = 'waiting';
    world.meanwhile = () => world.admit();
    await world.call.join();
    await pass();
    expect(world.call.state.phase).toBe('call');
  });

  test('an admission is found by asking where the channel cannot tell', async () => {
    world.admission = 'waiting';
    await world.call.join();
    world.online = false;
    world.admission = 'admitted';
    world.change({ participants: [participant('admitted')] });
    await pass(5000);
    expect(world.call.state.phase).toBe('call');
  });

  test('what a newer token mends is said no longer', async () => {
    world.refusal = new Problem('unauthorized', 401, 'expired');
    await world.call.join();
    expect(world.call.state.problem?.code).toBe('unauthorized');
    world.tell('state');
    expect(world.call.state).toMatchObject({ phase: 'lobby', problem: null });
  });

  test('a refusal leads back to the lobby and says why', async () => {
    world.refusal = new Problem('too_early', 409, 'early', { seconds_left: 30 });
    await world.call.join();
    expect(world.call.state.phase).toBe('lobby');
    expect(world.call.state.problem?.number('seconds_left')).toBe(30);
    expect(world.released).toBe(false);
  });

  test('a page that gives no token is told so in the lobby, and its next try gets in', async () => {
    world.refusal = new Problem('no_token', 0, 'none');
    await world.call.join();
    expect(world.call.state).toMatchObject({ phase: 'lobby', problem: { code: 'no_token' } });
    world.refusal = null;
    await world.call.join();
    expect(world.call.state).toMatchObject({ phase: 'call', problem: null });
  });

  test('who is turned away has the camera off', async () => {
    world.admission = 'waiting';
    await world.call.join();
    world.deny();
    expect(world.call.state.phase).toBe('turned_away');
    expect(world.released).toBe(true);
  });
});

describe('a slow line', () => {
  test('is waited for, and is said to be slow', async () => {
    world.answersIn = [5000];
    const joining = world.call.join();
    await pass(4500);
    expect(world.call.state).toMatchObject({ phase: 'joining', slow: true, problem: null });
    await pass(500);
    await joining;
    expect(world.call.state).toMatchObject({ phase: 'call', slow: false, link: { media: 'up' } });
    expect(world.carriers).toHaveLength(1);
  });

  test('that loses the answer is asked again', async () => {
    world.answersIn = [1e9, 0];
    void world.call.join();
    await pass(4001);
    expect(world.call.state.phase).toBe('call');
  });

  test('keeps nobody: who gives up is in the lobby, and is not brought in later', async () => {
    world.answersIn = [5000];
    void world.call.join();
    await pass(4500);
    world.call.giveUp();
    await pass(60_000);
    expect(world.call.state).toMatchObject({ phase: 'lobby', slow: false, problem: null });
    expect(times('join')).toBe(2);
    world.answersIn = [0];
    await world.call.join();
    expect(world.call.state.phase).toBe('call');
  });

  test('and a server that cannot be reached at first is tried again, which is said', async () => {
    world.reachable = false;
    void world.call.join('123456');
    await pass(2000);
    expect(world.call.state).toMatchObject({ phase: 'joining', problem: { code: 'unreachable' } });
    world.reachable = true;
    await pass(700);
    expect(world.call.state).toMatchObject({ phase: 'call', problem: null });
  });
});

describe('a server that is gone', () => {
  test('is said at once, and so is that it is back', async () => {
    await world.call.join();
    world.kill();
    await pass();
    expect(world.call.state.reachable).toBe(false);
    world.restart();
    expect(world.call.state.reachable).toBe(true);
  });

  test('is said when it does not answer, though its channel looks open', async () => {
    await world.call.join();
    world.handlers.alive?.(false);
    expect(world.call.state.reachable).toBe(false);
    world.handlers.alive?.(true);
    expect(world.call.state.reachable).toBe(true);
  });

  test.each([
    ['the lobby', () => Promise.resolve()],
    ['the call', () => world.call.join()],
  ])('is asked a few times a minute in the end, from %s', async (_, enter) => {
    await enter();
    world.kill();
    world.media.at(-1)?.events.failing();
    await pass(5 * 60_000);
    world.log.length = 0;
    await pass(60_000);
    const asked = world.log.length;
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(asked).toBeLessThanOrEqual(12);
  });

  test('is asked at once when the device has a network again, or somebody joins again', async () => {
    const returned = new EventTarget();
    vi.stubGlobal('addEventListener', returned.addEventListener.bind(returned));
    vi.stubGlobal('removeEventListener', returned.removeEventListener.bind(returned));
    const call = world.open();
    await call.join();
    world.kill();
    world.media.at(-1)?.events.failing();
    await pass(5 * 60_000);
    world.reachable = true;
    returned.dispatchEvent(new Event('online'));
    await pass();
    expect(call.state).toMatchObject({ reachable: true, link: { media: 'up' } });

    world.kill();
    call.leave();
    void call.join();
    await pass(5 * 60_000);
    call.giveUp();
    await pass();
    world.reachable = true;
    await call.join();
    expect(call.state.phase).toBe('call');
    call.close();
    vi.unstubAllGlobals();
  });

  test('is not said where only the channel is closed and requests are answered', async () => {
    await world.call.join();
    world.online = false;
    world.handlers.link?.(false);
    await pass(10_000);
    expect(world.call.state.reachable).toBe(true);
  });
});

describe('staying in', () => {
  test('a reload comes back by itself', async () => {
    await world.call.join();
    world.open();
    await pass();
    expect(world.call.state.phase).toBe('call');
  });

  test('who leaves on another device still waits on this one', async () => {
    world.admission = 'waiting';
    await world.call.join();
    const entered = times('enter');
    world.tell('left');
    expect(times('enter')).toBe(entered + 1);
    world.call.leave();
    world.tell('left');
    expect(times('enter')).toBe(entered + 1);
  });

  test('a reload in the waiting room misses no admission either', async () => {
    world.admission = 'waiting';
    await world.call.join();
    world.meanwhile = () => world.admit();
    world.open();
    await pass();
    expect(world.call.state.phase).toBe('call');
  });

  test('a reload after leaving does not', async () => {
    await world.call.join();
    world.call.leave();
    world.open();
    await pass(3000);
    expect(world.call.state.phase).toBe('lobby');
  });

  test('whose token is not taken any more goes back in with a newer one', async () => {
    await world.call.join();
    world.kill();
    world.media.at(-1)?.events.failing();
    world.refusal = new Problem('unauthorized', 401, 'expired');
    world.restart();
    await pass(3000);
    expect(world.call.state).toMatchObject({
      phase: 'lobby',
      problem: { code: 'unauthorized' },
    });
    world.refusal = null;
    await world.call.again();
    await pass();
    expect(world.call.state).toMatchObject({ phase: 'call', problem: null });
  });

  test('a page that goes away while it joins is gone, and nothing more is begun', async () => {
    world.answersIn = [500];
    const joined = world.call.join();
    await pass(100);
    world.call.close();
    await joined;
    const before = world.log.length;
    await pass(5000);
    expect(world.log.length).toBe(before);
    await world.call.join();
    await world.call.again();
    expect(world.log.length).toBe(before);
    expect(world.carriers).toEqual([]);
  });

  test('whoever was not inside is not taken in by a newer token', async () => {
    world.refusal = new Problem('unauthorized', 401, 'expired');
    await world.call.join();
    world.refusal = null;
    await world.call.again();
    await pass(3000);
    expect(world.call.state).toMatchObject({ phase: 'lobby', problem: null });
  });

  test('tells media and messages apart', async () => {
    await world.call.join();
    world.handlers.link?.(true);
    expect(world.call.state.link).toEqual({ media: 'up', realtime: 'up' });
    world.handlers.link?.(false);
    expect(world.call.state.link).toEqual({ media: 'up', realtime: 'lost' });
    world.handlers.link?.(true);
    world.media.at(-1)?.events.up(false);
    expect(world.call.state.link).toEqual({ media: 'lost', realtime: 'up' });
  });

  test('a killed server that comes back has everybody back within a second', async () => {
    await world.call.join();
    world.kill();
    world.media.at(-1)?.events.failing();
    await pass(6000);
    expect(world.call.state).toMatchObject({ phase: 'call', link: { media: 'lost' } });
    world.restart();
    await pass(1000);
    expect(world.call.state).toMatchObject({ phase: 'call', link: { media: 'up' } });
  });

  test('a server started anew is noticed by the channel alone', async () => {
    await world.call.join();
    world.handlers.link?.(true);
    world.kill();
    world.restart();
    await pass();
    expect(times('join')).toBe(2);
    expect(world.call.state.link.media).toBe('up');
  });

  test('who leaves while the connection is being mended is not brought back', async () => {
    await world.call.join();
    world.kill();
    world.media.at(-1)?.events.failing();
    await pass(1000);
    world.meanwhile = () => world.call.leave();
    world.restart();
    await pass(3000);
    expect(times('join')).toBeGreaterThan(1);
    expect(world.call.state.phase).toBe('left');
  });

  test('a hiccup of the network costs no new connection', async () => {
    await world.call.join();
    world.media.at(-1)?.events.failing();
    await pass();
    expect(times('join')).toBe(1);
  });

  test('two tabs do not fight for the call', async () => {
    await world.call.join();
    const other = new BroadcastChannel('openvisit:call:s1');
    other.postMessage({ taken: ME });
    vi.useRealTimers();
    await vi.waitFor(() => expect(world.call.state.phase).toBe('elsewhere'));
    other.close();
    expect(world.released).toBe(true);
  });

  test('who joined from another device is not called back by this one', async () => {
    await world.call.join();
    world.media.at(-1)?.events.takenOver();
    world.media.at(-1)?.events.failing();
    await pass(5000);
    expect(world.call.state.phase).toBe('elsewhere');
    expect(times('join')).toBe(1);
  });
});

describe('a weak network', () => {
  test('the others are told whose pictures are left out, and when they are not any more', async () => {
    await world.call.join();
    world.call.pauseCameras(true);
    await pass(1000);
    expect(world.takesCameras).toBe(false);
    expect(world.mediaState).toMatchObject({ camera: true, weak_down: true });
    world.call.pauseCameras(false);
    await pass(1000);
    expect(world.takesCameras).toBe(true);
    expect(world.mediaState).toMatchObject({ weak_down: false });
  });

  test('which pictures a busy server leaves out is known until there is a new connection', async () => {
    await world.call.join();
    world.media.at(-1)?.events.leftOut('cameras');
    expect(world.call.state.leftOut).toBe('cameras');
    world.knowsMedia = false;
    world.media.at(-1)?.events.failing();
    await pass(5000);
    expect(world.call.state).toMatchObject({ phase: 'call', leftOut: 'nothing' });
  });

  test('a connection that is made anew goes on without pictures', async () => {
    await world.call.join();
    world.call.pauseCameras(true);
    world.knowsMedia = false;
    world.media.at(-1)?.events.failing();
    await pass(1000);
    expect(world.media).toHaveLength(2);
    expect(world.takesCameras).toBe(false);
  });
});

describe('what is said in writing', () => {
  const said = () => world.call.state.chat.map(({ text, state }) => `${text} ${state}`);
  const message = {
    participantId: 'them',
    name: 'Anna',
    text: 'hello',
    at: '2026-01-01T10:00:01Z',
  };

  test('is heard once, however often it is told', async () => {
    await world.call.join();
    world.handlers.chat?.('s1', { ...message, id: 'm1' });
    world.handlers.chat?.('s1', { ...message, id: 'm1' });
    world.handlers.chat?.('another session', { ...message, id: 'm2' });
    expect(said()).toEqual(['hello said']);
  });

  test('is not lost when the server cannot be reached, and can be said again', async () => {
    await world.call.join();
    world.kill();
    await world.call.say('hello');
    expect(said()).toEqual(['hello failed']);
    world.restart();
    await world.call.say('hello', world.call.state.chat[0]?.id);
    expect(said()).toEqual(['hello said']);
  });

  test('outlives a reload, but not the session', async () => {
    await world.call.join();
    await world.call.say('hello');
    world.open();
    await pass();
    expect(said()).toEqual(['hello said']);
    world.tell('ended', { status: 'completed' });
    world.open();
    await pass();
    expect(said()).toEqual([]);
  });
});

describe('ending', () => {
  test('frees the person before the server has answered', async () => {
    await world.call.join();
    world.call.end();
    expect(world.call.state.phase).toBe('ended');
    expect(world.released).toBe(true);
    await pass();
    expect(world.call.state.session?.status).toBe('completed');
  });

  test('frees the person when the server is gone, and tells it once it is back', async () => {
    await world.call.join();
    world.kill();
    world.call.end();
    expect(world.released).toBe(true);
    await pass(5000);
    expect(world.call.state).toMatchObject({ phase: 'ended', endUnconfirmed: true });
    world.reachable = true;
    await pass(2000);
    expect(world.call.state.endUnconfirmed).toBe(false);
    expect(world.session.status).toBe('completed');
  });

  test('soon frees the person at once, and tells the server later', async () => {
    await world.call.join();
    world.call.endSoon(5000);
    expect(world.call.state.phase).toBe('ending');
    expect(world.released).toBe(true);
    await pass(4999);
    expect(times('end')).toBe(0);
    await pass(1);
    expect(world.call.state.phase).toBe('ended');
    expect(world.session.status).toBe('completed');
    expect(times('end')).toBe(1);
  });

  test('soon is taken back by going back into the call', async () => {
    await world.call.join();
    await world.call.say('Hello');
    world.call.endSoon(5000);
    await pass(3000);
    world.call.resume();
    await pass();
    expect(world.call.state).toMatchObject({ phase: 'call', link: { media: 'up' } });
    expect(world.call.state.chat).toHaveLength(1);
    await pass(10_000);
    expect(times('end')).toBe(0);
  });

  test('soon is at once for a page that goes away', async () => {
    await world.call.join();
    world.call.endSoon(5000);
    world.call.close();
    expect(times('end')).toBe(1);
  });

  test('soon needs not be said when the other side ended first, and cannot be taken back then', async () => {
    await world.call.join();
    world.call.endSoon(5000);
    world.tell('ended', { status: 'completed' });
    expect(world.call.state.phase).toBe('ended');
    world.call.resume();
    await pass(10_000);
    expect(world.call.state.phase).toBe('ended');
    expect(times('end')).toBe(0);
  });

  test('by the other side frees the person as well', async () => {
    await world.call.join();
    world.tell('ended', { status: 'completed' });
    expect(world.call.state.phase).toBe('ended');
    expect(world.released).toBe(true);
  });

  test('by the other side is found out while nothing can be heard', async () => {
    await world.call.join();
    world.online = false;
    world.change({ status: 'completed' });
    await pass(5000);
    expect(world.call.state.phase).toBe('ended');
  });

  test('an old snapshot that arrives late changes nothing', async () => {
    await world.call.join();
    const before = world.session;
    world.tell('ended', { status: 'completed' });
    world.handlers.session?.('updated', before, null);
    expect(world.call.state.session?.status).toBe('completed');
  });

  test('a join that the end overtakes does not bring the person back', async () => {
    world.meanwhile = () => world.tell('ended', { status: 'completed' });
    await world.call.join();
    expect(world.call.state.phase).toBe('ended');
  });
});
