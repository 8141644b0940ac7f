import { Call } from '../call.ts';
import type { CallParts } from '../call-state.ts';
import type { EmbeddedMedia, MakeMedia } from '../media.ts';
import type { Joined, MediaGrant, Participant, Session } from '../model.ts';
import { Problem } from '../problem.ts';
import type { MediaState, RealtimeHandlers, SessionEvent } from '../realtime.ts';
import { memory } from './memory.ts';

export const ME = 'me';

/** A server, a media server and a browser for one {@link Call}; all they do is done by the test. */
export class World {
  readonly memory = memory();
  readonly log: string[] = [];
  reachable = true;
  /** The media server knows its connections; forgotten when it is started anew. */
  knowsMedia = true;
  /** How long the answers to joins take, in milliseconds; the last one goes on. */
  answersIn = [0];
  admission: 'waiting' | 'admitted' = 'admitted';
  refusal: Problem | null = null;
  online = true;
  session = session();
  /** Happens after the server answered a join and before the answer arrives. */
  meanwhile: (() => void) | null = null;
  /** Happens before a connection is made or cannot be. */
  whileConnecting: (() => void) | null = null;
  handlers: RealtimeHandlers = {};
  /** Every connection that was made, the newest last. */
  media: FakeMedia[] = [];
  /** Who carries the call for whoever joins now. */
  provider = 'embedded';
  /** Providers whose program was fetched. */
  brought: string[] = [];
  /** Of these, those that browsers cannot reach. */
  unreachable: string[] = [];
  released = false;
  takesCameras = true;
  mediaState: MediaState | null = null;
  call = this.open();

  /** Opens the page (again). */
  open(): Call {
    this.call?.close();
    this.released = false;
    this.call = new Call(this.session.id, this.#parts());
    return this.call;
  }

  tell(event: SessionEvent, change: Partial<Session> = {}): void {
    this.change(change);
    this.handlers.session?.(event, this.session, ME);
  }

  admit(): void {
    this.admission = 'admitted';
    this.tell('admitted', { participants: [participant('admitted')] });
  }

  deny(): void {
    this.tell('denied', { participants: [participant('denied')] });
  }

  /** Killed, and not yet started again. */
  kill(): void {
    this.reachable = this.online = this.knowsMedia = false;
    this.handlers.link?.(false);
  }

  restart(): void {
    this.reachable = this.online = true;
    this.handlers.link?.(true);
  }

  /** The session is given to another provider; those in it are told. */
  carry(provider: string): void {
    this.provider = provider;
    this.tell('updated', { media_provider: provider });
  }

  /** What is connected, newest last. */
  get carriers(): string[] {
    return this.media.filter(({ state }) => state === 'joined').map(({ provider }) => provider);
  }

  /** Something happens of which nobody is told. */
  change(change: Partial<Session>): void {
    const server_time = new Date(Date.parse(this.session.server_time) + 1000).toISOString();
    const version = this.session.version + 1;
    this.session = { ...this.session, ...change, server_time, version };
  }

  async #answer<T>(what: string, answer: () => T): Promise<T> {
    this.log.push(what);
    if (!this.reachable) throw new Problem('unreachable', 0, 'down');
    if (this.refusal) throw this.refusal;
    return answer();
  }

  #joined(): Joined {
    const admitted = this.admission === 'admitted';
    this.change({ participants: [participant(this.admission)] });
    const grant = { provider: this.provider, ice_servers: [] } as unknown as MediaGrant;
    return {
      participant_id: ME,
      state: this.admission,
      media: admitted ? grant : null,
      answer: admitted && this.provider === 'embedded' ? 'answer' : null,
      session: this.session,
    };
  }

  #parts(): CallParts {
    const same = (what: string) => () => this.#answer(what, () => this.session);
    return {
      memory: this.memory,
      api: {
        session: same('session'),
        admit: same('admit'),
        deny: same('deny'),
        remove: same('remove'),
        extend: same('extend'),
        goOnByPhone: same('goOnByPhone'),
        backToVideo: same('backToVideo'),
        saveNotes: same('saveNotes'),
        sendFile: () => Promise.reject(new Error('nothing is sent here')),
        join: async () => {
          const joined = await this.#answer('join', () => this.#joined());
          const [takes = 0] =
            this.answersIn.length > 1 ? this.answersIn.splice(0, 1) : this.answersIn;
          if (takes > 0) await new Promise((resolve) => setTimeout(resolve, takes));
          this.meanwhile?.();
          return joined;
        },
        leave: () => this.#answer('leave', () => undefined),
        end: () =>
          this.#answer('end', () => {
            this.change({ status: 'completed', duration_seconds: 60 });
            return this.session;
          }),
      },
      local: {
        sending: { microphone: true, camera: true, screen: false },
        subscribe: () => () => undefined,
        release: () => (this.released = true),
      },
      realtime: (handlers) => this.#realtime(handlers),
      media: {
        embedded: (events) => this.#media('embedded', events),
        bring: async (provider) => {
          this.brought.push(provider);
          return (events) => this.#media(provider, events);
        },
      },
    };
  }

  #realtime(handlers: RealtimeHandlers): ReturnType<CallParts['realtime']> {
    this.handlers = handlers;
    const online = () => this.online;
    return {
      get connected() {
        return online();
      },
      enter: () => this.log.push('enter'),
      leave: () => this.log.push('goodbye'),
      sendMediaState: (_, state) => void (this.mediaState = state),
      say: async (_, text) => {
        this.log.push(`say ${text}`);
        if (!this.reachable) throw new Problem('unreachable', 0, 'down');
        return `m-${text}`;
      },
      close: () => undefined,
    };
  }

  #media(provider: string, events: Parameters<MakeMedia>[0]): EmbeddedMedia {
    this.takesCameras = true;
    const media: FakeMedia = { provider, events, state: 'new' };
    this.media.push(media);
    return {
      remotes: [],
      offer: async () => 'offer',
      join: async () => {
        this.whileConnecting?.();
        if (media.state === 'left' || this.unreachable.includes(provider))
          throw new Error('no way through');
        media.state = 'joined';
        this.knowsMedia = true;
        events.up(true);
      },
      mend: async () => this.reachable && this.knowsMedia,
      quality: async () => ({
        level: 'good',
        up: 'good',
        down: 'good',
        roundTrip: 1,
        loss: 0,
        upload: null,
        way: null,
      }),
      takeCameras: (wanted) => void (this.takesCameras = wanted),
      leave: () => void (media.state = 'left'),
    };
  }
}

interface FakeMedia {
  provider: string;
  events: Parameters<MakeMedia>[0];
  state: 'new' | 'joined' | 'left';
}

export function participant(state: Participant['state']): Participant {
  return { id: ME, role: 'client', name: 'Jonas', state, connected: false } as Participant;
}

function session(): Session {
  return {
    id: 's1',
    status: 'scheduled',
    media_provider: 'embedded',
    participants: [] as Participant[],
    you: { participant_id: null, role: 'client' },
    server_time: '2026-01-01T10:00:00Z',
    version: 1,
  } as Session;
}
