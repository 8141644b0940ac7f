import { Api } from './api.ts';
import { Call } from './call.ts';
import { BEGINNING, type CallState, type Phase } from './call-state.ts';
import { Identity, type AskForToken, type Memory } from './identity.ts';
import { LocalMedia, type LocalState } from './local.ts';
import type { Participant } from './model.ts';
import { mediaSources } from './providers/index.ts';
import { Realtime } from './realtime.ts';
import { Streams } from './streams.ts';

export interface OpenVisitOptions {
  /** The server's address, such as `https://visit.clinic.example`. */
  server: string | URL;
  /** The session's id: `session_id` of the answer to a booking. */
  session: string;
  /**
   * The token of whoever this is, or what gives one. A function is asked first of all, and again when the server does not take its last
   * answer any more: tokens that last for minutes do for calls that last for hours.
   */
  token: string | AskForToken;
  /** Opens camera and microphone at once, for a look before joining (the default), or with joining. */
  preview?: boolean;
}

/** Somebody else in the call. */
export interface Other {
  participantId: string;
  name: string;
  /** Camera and microphone, for one `<video>`; null until they come. */
  stream: MediaStream | null;
  /** What they show of their screen, for another one. */
  screen: MediaStream | null;
  /** What they say to have switched on; `true` until they have said anything. */
  microphone: boolean;
  camera: boolean;
}

/** What can be done now: a page shows the button, or does not. */
export interface Possible {
  join: boolean;
  /** For the practitioner while somebody waits, also from outside. */
  admit: boolean;
  leave: boolean;
  /** For the practitioner. A client's program may call {@link Visit.end} too, and offers to leave. */
  end: boolean;
}

/** All that a page shows of a visit. A new object at each change; what has not changed in it is the same. */
export interface VisitState extends CallState {
  /** Whether this person lets in, removes, and ends. */
  practitioner: boolean;
  can: Possible;
  /** Who waits to be let in. */
  waiting: readonly Participant[];
  others: readonly Other[];
  /** One's own camera, for a muted `<video>`; null while it is off. */
  self: MediaStream | null;
  /** One's own microphone, camera and screen. */
  devices: LocalState | null;
}

/** Before anything is known. */
export const NO_VISIT: VisitState = {
  ...BEGINNING,
  practitioner: false,
  can: { join: false, admit: false, leave: false, end: false },
  waiting: [],
  others: [],
  self: null,
  devices: null,
};

/** One person's part in one session: {@link openVisit} makes it. */
export class Visit {
  readonly api: Api;
  readonly call: Call;
  readonly local: LocalMedia;
  readonly #streams = new Streams();
  readonly #listeners = new Set<(state: VisitState) => void>();
  #state = NO_VISIT;
  /** Whether the person's devices are open, or being opened. */
  #open = false;

  constructor({ server, session, token, preview = true }: OpenVisitOptions) {
    const ask = typeof token === 'string' ? () => token : token;
    // Whoever has the page's own token keeps it.
    this.api = new Api(new Identity(ofThisPage()), originOf(server), ask);
    this.local = new LocalMedia(sessionStorage);
    this.call = new Call(session, {
      api: this.api,
      local: this.local,
      realtime: (handlers) => new Realtime(this.api, handlers),
      media: mediaSources(this.api, this.local),
      // A reload comes back into the call.
      memory: sessionStorage,
    });
    this.call.subscribe(this.#changed);
    this.local.subscribe(this.#changed);
    this.#changed();
    if (preview || this.#state.phase === 'joining') this.#openDevices();
    this.call.prepare();
  }

  get state(): VisitState {
    return this.#state;
  }

  /** Gives the state at once and at every change, until what it returns is called. */
  readonly subscribe = (listener: (state: VisitState) => void): (() => void) => {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Goes in, or in again. Ends in the waiting room or the call, or in the lobby again with `state.problem`: with code `passcode_required`
   * it takes the passcode, with `too_early` the time that `problem.text('opens_at')` has.
   */
  async join(passcode?: string): Promise<void> {
    this.#openDevices();
    await this.call.join(passcode);
  }

  /**
   * The practitioner lets somebody in: whoever has waited longest, where nobody is named. From outside they go in first, so that nobody
   * is let in to be alone; where that is refused, `state.problem` says why. Rejects with a `Problem`.
   */
  async admit(participantId = this.#state.waiting[0]?.id): Promise<void> {
    if (!participantId) return;
    if (this.#state.can.join) await this.join();
    if (!this.#state.can.join) await this.call.admit(participantId);
  }

  /** The practitioner sends somebody away who waits. Rejects with a `Problem`. */
  deny(participantId: string): Promise<void> {
    return this.call.deny(participantId);
  }

  /** Goes for now. The session goes on, and {@link join} comes back. */
  leave(): void {
    this.call.leave();
  }

  /** Ends the session for everybody and for good. Either party may; a page offers it to practitioners, and {@link leave} to clients. */
  end(): void {
    this.call.end();
  }

  setMicrophone(on: boolean): Promise<void> {
    return this.local.setMicrophone(on);
  }

  setCamera(on: boolean): Promise<void> {
    return this.local.setCamera(on);
  }

  /** Resolves with whether sharing began. */
  shareScreen(): Promise<boolean> {
    return this.local.shareScreen();
  }

  stopScreen(): void {
    this.local.stopScreen();
  }

  /** Says something in writing, in the call; `state.chat` has what was said, and as `failed` what did not arrive. */
  say(text: string): Promise<void> {
    return this.call.say(text);
  }

  /** For when the page shows something else: camera off, connections closed. Who was in the call has a minute to be back. */
  close(): void {
    this.#listeners.clear();
    this.call.close();
  }

  #openDevices(): void {
    if (this.#open) return;
    this.#open = true;
    void this.local.open();
  }

  readonly #changed = (): void => {
    const call = this.call.state;
    // They were let go of.
    if (OUT.includes(call.phase)) this.#open = false;
    const devices = this.local.state;
    const { participants = [] } = call.session ?? {};
    const present = participants.filter(
      ({ id, state, connected }) => state === 'admitted' && connected && id !== call.participantId,
    );
    const { practitioner } = this.call;
    const waiting = participants.filter(({ state }) => state === 'waiting');
    this.#state = {
      ...call,
      practitioner,
      can: possible(call.phase, practitioner, waiting.length > 0),
      waiting,
      others: call.phase === 'call' ? present.map((person) => this.#other(person)) : [],
      self: this.#streams.of('self', [devices.camera.track]),
      devices,
    };
    for (const listener of this.#listeners) {
      try {
        listener(this.#state);
      } catch (thrown) {
        // The page's own: it is told there, and costs the call nothing.
        reportError(thrown);
      }
    }
  };

  #other({ id, name }: Participant): Other {
    const { remotes, mediaStates } = this.call.state;
    // Of a single partner's tracks nobody may have said yet whose they are.
    const remote = remotes.find(({ participantId }) => (participantId ?? id) === id);
    const said = mediaStates[id];
    const person = [remote?.microphone ?? null, remote?.camera ?? null];
    return {
      participantId: id,
      name,
      stream: this.#streams.of(`${id} person`, person),
      screen: said?.screen ? this.#streams.of(`${id} screen`, [remote?.screen ?? null]) : null,
      microphone: said?.microphone ?? true,
      camera: said?.camera ?? true,
    };
  }
}

/** Of these the devices are free. */
const OUT = ['left', 'elsewhere', 'turned_away', 'ending', 'ended'];
/** Of these one can go in. */
const OUTSIDE = ['lobby', 'left', 'elsewhere'];

function possible(phase: Phase, practitioner: boolean, someWait: boolean): Possible {
  const inside = phase === 'call';
  const join = OUTSIDE.includes(phase);
  return {
    join,
    admit: practitioner && someWait && (join || inside),
    leave: inside || phase === 'waiting' || phase === 'joining',
    end: practitioner && inside,
  };
}

/** Opens a session for whoever the token names. Nothing is joined yet: {@link Visit.join} does. */
export function openVisit(options: OpenVisitOptions): Visit {
  return new Visit(options);
}

function originOf(server: string | URL): string {
  const url = URL.canParse(String(server)) ? new URL(server) : null;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.origin;
  throw new TypeError(
    `"server" is an address such as https://visit.clinic.example, and not ${String(server)}`,
  );
}

function ofThisPage(): Memory {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
