import { io, type Socket } from 'socket.io-client';
import type { Api } from './api.ts';
import { Backoff, onReturn } from './backoff.ts';
import type { ClientRequest, Session } from './model.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { Pulse } from './pulse.ts';

/** What happened to a session; each comes with the whole session as the receiver may see it. */
export const SESSION_EVENTS = [
  'state',
  'waiting',
  'admitted',
  'denied',
  'removed',
  'joined',
  'left',
  'started',
  'extended',
  'overrun_warning',
  'ended',
  'cancelled',
  'booked',
  'moved',
  'updated',
] as const;
export type SessionEvent = (typeof SESSION_EVENTS)[number];

const NEW_TOKEN_MS = 1000;
/** Until it is opened anew, at least: a call must be back within seconds of a server's restart. */
const AGAIN_MS = 1000;
const ANSWER_MS = 5000;
/** What opening the channel may take. More after each time that it took longer, since slow is not failed. */
const OPEN_MS = 4000;
const MOST_OPEN_MS = 32_000;

/** What a participant is sending at present. */
export interface MediaState {
  microphone: boolean;
  camera: boolean;
  screen: boolean;
  /** The camera pauses, or the others' cameras do, for want of a better network. Older servers leave this out. */
  weak_up?: boolean;
  weak_down?: boolean;
}

/** A picture or PDF in the chat. */
export interface ChatFile {
  name: string;
  /** A media type. */
  kind: string;
  /** In bytes. */
  size: number;
}

/** Something that a participant wrote. */
export interface ChatMessage {
  id: string;
  participantId: string;
  name: string;
  /** Empty where it is a file. */
  text: string;
  /** A picture or PDF, had by the message's id. */
  file?: ChatFile;
  /** The server's time, RFC 3339. */
  at: string;
}

export interface RealtimeHandlers {
  session?(event: SessionEvent, session: Session, participantId: string | null): void;
  mediaState?(sessionId: string, participantId: string, state: MediaState): void;
  /** Once for each message, and again for all of them after the channel came back. */
  chat?(sessionId: string, message: ChatMessage): void;
  /** A request that waits: new, changed, or there already when the channel came up. */
  request?(request: ClientRequest): void;
  /** Nobody can accept that request any more. */
  requestGone?(id: string, status: ClientRequest['status']): void;
  /** The channel came up (again), went down, or could not be opened: once for each try. */
  link?(up: boolean): void;
  /** At the door and in a call: whether the server answers. */
  alive?(alive: boolean): void;
  /** Whoever was signed in is not any more: by another device, a new password, an administrator. */
  signedOut?(): void;
}

/** The realtime channel. It comes back by itself; the server then tells the present state anew. */
export class Realtime {
  readonly #socket: Socket;
  readonly #closing = new AbortController();
  readonly #backoff = new Backoff();
  readonly #unfollow: () => void;
  #presented: string | null = null;
  /** Before a page is asked for another token, in milliseconds: the first time at once. */
  #pause = 0;
  readonly #pulse: Pulse;

  constructor(api: Api, handlers: RealtimeHandlers) {
    this.#socket = io(new URL('/v1', api.base).href, {
      path: '/socket.io',
      // WebSocket at once instead of after a round of polling; polling where WebSocket is blocked.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: AGAIN_MS,
      // The longest pause, which is ours, has its own.
      randomizationFactor: 0,
      timeout: OPEN_MS,
      auth: (send) => void present(api).then((token) => send({ token: (this.#presented = token) })),
    });
    this.#pulse = new Pulse({
      ask: () => (this.connected ? this.#socket.emitWithAck('knock') : null),
      alive: (alive) => handlers.alive?.(alive),
      // It is opened anew at once.
      dead: () => this.#socket.io.engine.close(),
    });
    this.#listen(api, handlers);
    this.#unfollow = onReturn(() => this.#returned());
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** Tells that this tab is at the door of the session, or in the call. */
  enter(sessionId: string): void {
    this.#pulse.start();
    if (this.connected) this.#socket.emit('enter', { session_id: sessionId });
  }

  leave(sessionId: string): void {
    this.#pulse.stop();
    if (this.connected) this.#socket.emit('leave', { session_id: sessionId });
  }

  sendMediaState(sessionId: string, state: MediaState): void {
    if (this.connected) this.#socket.emit('media-state', { session_id: sessionId, ...state });
  }

  /** Says something to everybody in the call; resolves with the message's id, rejects with a {@link Problem}. */
  async say(sessionId: string, text: string): Promise<string> {
    const message = { session_id: sessionId, text };
    const answer: { id?: string; code?: ProblemCode } = await this.#socket
      .timeout(ANSWER_MS)
      .emitWithAck('chat', message)
      .catch((cause) => Promise.reject(Problem.unreachable(cause)));
    if (answer.id) return answer.id;
    const code = answer.code ?? 'bad_request';
    throw new Problem(code, 400, code);
  }

  close(): void {
    this.#closing.abort();
    this.#unfollow();
    this.#pulse.stop();
    this.#socket.disconnect();
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** What waits to be tried again is tried at once. */
  #returned(): void {
    this.#backoff.end();
    if (!this.connected && this.#socket.active) this.#socket.disconnect().connect();
  }

  #listen(api: Api, handlers: RealtimeHandlers): void {
    const socket = this.#socket;
    for (const event of SESSION_EVENTS) {
      socket.on(event, (message: { session: Session; participant_id: string | null }) =>
        handlers.session?.(event, message.session, message.participant_id),
      );
    }
    socket.on('media-state', ({ session_id, participant_id, ...state }: WireMediaState) =>
      handlers.mediaState?.(session_id, participant_id, state),
    );
    socket.on('chat', ({ session_id, participant_id, ...message }: WireChat) =>
      handlers.chat?.(session_id, { ...message, participantId: participant_id }),
    );
    socket.on('request', ({ request }: { request: ClientRequest }) => handlers.request?.(request));
    socket.on('request_gone', ({ id, status }: Pick<ClientRequest, 'id' | 'status'>) =>
      handlers.requestGone?.(id, status),
    );
    socket.on('connect', () => {
      this.#pause = 0;
      this.#backoff.end();
      handlers.link?.(true);
    });
    // Whoever gives tokens may give the same one as long as it is good.
    socket.on('expiring', () => void (api.isGivenTokens || this.#renew(api)));
    socket.on('expired', () => void this.#renew(api));
    socket.on('disconnect', (reason) => {
      this.#pulse.forget();
      handlers.link?.(false);
      // Whoever is signed out, or has other rights, comes by another token or not at all.
      if (reason === 'io server disconnect' && !this.#closed) void this.#comeAnew(api, handlers);
    });
    socket.io.on('reconnect', () => socket.io.timeout(OPEN_MS));
    socket.on('connect_error', async (error) => {
      handlers.link?.(false);
      if (error.message === 'timeout') {
        const patience = Number(socket.io.timeout()) * 2;
        socket.io.timeout(Math.min(patience, MOST_OPEN_MS));
      }
      // Only a refusal by the server stops the socket's own attempts.
      if (socket.active) {
        // A proxy may take a WebSocket and then pass nothing on: the other way is tried in turn.
        socket.io.opts.transports?.reverse();
        socket.io.reconnectionDelayMax(this.#backoff.pause(AGAIN_MS));
        return;
      }
      if (error.message === 'unauthorized') {
        await this.#comeAnew(api, handlers);
      } else {
        // The server is there, its database is not: it will be.
        await this.#backoff.rest(AGAIN_MS, this.#closing.signal);
        if (!this.#closed) socket.connect();
      }
    });
  }

  /** Goes on by another token, without a gap. Where there is none, the server goes on with the call that this tab is in. */
  async #renew(api: Api): Promise<void> {
    if (api.identity.token === this.#presented) await api.refresh().catch(() => false);
    const { token } = api.identity;
    if (!token || token === this.#presented || !this.connected) return;
    this.#presented = token;
    this.#socket.emit('renew', { token });
  }

  async #comeAnew(api: Api, handlers: RealtimeHandlers): Promise<void> {
    await this.#newToken(api, handlers);
    if (!this.#closed) this.#socket.connect();
  }

  /** At once where there is one. Else a page around this one may hand it over later; one that gives tokens is asked each time. */
  async #newToken(api: Api, handlers: RealtimeHandlers): Promise<void> {
    if (api.isGivenTokens) {
      // Nobody's program is asked again and again for what the server does not take.
      await pause(this.#pause);
      this.#pause = Math.min(Math.max(this.#pause * 2, NEW_TOKEN_MS), MOST_OPEN_MS);
    }
    const renewed = await api.refresh().catch(() => false);
    if (api.isGivenTokens) return;
    if (!renewed && !this.#closed && (await isOut(api))) handlers.signedOut?.();
    while (!this.#closed && api.identity.token === this.#presented) await pause(NEW_TOKEN_MS);
  }
}

/** A server that is away says nothing of it. */
function isOut(api: Api): Promise<boolean> {
  return api.me().then(
    () => false,
    (problem: Problem) => problem.code === 'unauthorized',
  );
}

/** A refusal by the server tells that there is none. */
function present(api: Api): Promise<string | null> {
  return api.token().catch(() => null);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

type WireMediaState = MediaState & { session_id: string; participant_id: string };
type WireChat = Omit<ChatMessage, 'participantId'> & { session_id: string; participant_id: string };
