import { Backoff, onReturn } from './backoff.ts';
import { BEGINNING, type CallParts, type CallState, type Flow, type Phase } from './call-state.ts';
import { ServerClock } from './clock.ts';
import { Connection, EMBEDDED } from './connection.ts';
import { Conversation } from './conversation.ts';
import { tellEnd } from './ending.ts';
import { isOver, type Joined, type Session } from './model.ts';
import { asProblem, Problem } from './problem.ts';
import { paced } from './paced.ts';
import { patiently } from './patience.ts';
import type { MediaState } from './realtime.ts';
import type { Quality } from './stats.ts';

const RETRY_MS = 700;
/** Somebody else's server, which is in trouble. */
const PROVIDER_RETRY_MS = 2000;
const MEDIA_STATE_MS = 200;
/** Another provider's answer: the server asks it first, and waits 8 seconds for it. */
const PROVIDER_SLOW_MS = 12_000;
/** What is told to whoever knocks, instead of trying again and again. */
const TOLD_AT_THE_DOOR = ['media_unavailable', 'busy', 'too_many_requests', 'no_token'];
/** What is told while it is tried again in a call, and more slowly. */
const NO_MEDIA = ['media_unavailable', 'busy'];
const LOOK_MS = 1000;
const LOOK_TIMEOUT_MS = 1500;
const POLL_MS = 5000;

interface Entry {
  passcode?: string;
  told?: readonly string[];
}

/** The course of one person's visit to one session: lobby, waiting room, call, and after. */
export class Call {
  readonly clock = new ServerClock();
  readonly #realtime: ReturnType<CallParts['realtime']>;
  readonly #connection: Connection;
  readonly #conversation: Conversation;
  readonly #listeners = new Set<() => void>();
  readonly #poll: ReturnType<typeof setInterval>;
  readonly #otherTabs: BroadcastChannel;
  readonly #forgetLocal: () => void;
  readonly #unfollow: () => void;
  #pursuit: Promise<void> | null = null;
  #endTimer: ReturnType<typeof setTimeout> | undefined;
  // The server may pass on two that come close together in either order.
  readonly #tellMediaState = paced(() => {
    const state = { ...this.#parts.local.sending, weak_down: this.#state.camerasPaused };
    const news = JSON.stringify(state);
    if (this.#state.phase !== 'call' || news === this.#toldMediaState) return;
    this.#toldMediaState = news;
    this.#realtime.sendMediaState(this.sessionId, state);
  }, MEDIA_STATE_MS);
  #toldMediaState = '';
  #linkWasUp = false;
  /** Aborted when the page goes away: nothing is begun after that. */
  readonly #closing = new AbortController();
  /** Was inside when the token was not taken any more: goes back in with a newer one. */
  #awaitsToken = false;
  #lookedAt = 0;
  /** After the last look. */
  #lookPause = LOOK_MS;
  readonly #silence = new Backoff();
  readonly #tries = new Backoff();
  /** Ended when the person does not want any more what is being tried. */
  #course = new AbortController();
  #state: CallState;

  readonly sessionId: string;
  readonly #parts: CallParts;

  constructor(sessionId: string, parts: CallParts) {
    this.sessionId = sessionId;
    this.#parts = parts;
    this.#connection = new Connection(parts.media, {
      up: (connected) => this.#up(connected),
      failing: () => this.#recover(),
      remotes: (remotes) => this.#set({ remotes }),
      takenOver: () => this.#takenOver(),
      leftOut: (leftOut) => this.#set({ leftOut }),
      frame: (frame) => this.#set({ frame }),
    });
    this.#conversation = new Conversation(sessionId, parts, {
      participantId: () => this.#state.participantId ?? '',
      now: () => this.clock.now(),
      say: (text) => this.#realtime.say(sessionId, text),
      changed: (chat) => this.#set({ chat }),
    });
    const chat = this.#conversation.lines;
    this.#state = { ...BEGINNING, chat, remotes: this.#connection.remotes };
    this.#realtime = parts.realtime({
      session: (event, session, participant) => this.#heard(event, session, participant),
      mediaState: (session, participant, state) => this.#mediaState(session, participant, state),
      chat: (session, message) => session === sessionId && this.#conversation.heard(message),
      link: (up) => this.#link(up),
      alive: (alive) => this.#reached(alive),
    });
    this.#forgetLocal = parts.local.subscribe(() => this.#tellMediaState());
    this.#otherTabs = new BroadcastChannel(this.#key);
    this.#otherTabs.onmessage = ({ data }) => this.#otherTab(data);
    this.#poll = setInterval(() => this.#lookAgain(), LOOK_MS);
    this.#unfollow = onReturn(() => this.#returned());
    globalThis.addEventListener?.('pagehide', this.endNow);
    void this.#look();
    if (parts.memory.getItem(this.#key)) this.#pursue();
  }

  get state(): CallState {
    return this.#state;
  }

  /** Whether this person may let others in and keeps the session's notes. */
  get practitioner(): boolean {
    return this.#state.session?.you.role === 'practitioner';
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Gets ready to join ahead of the click: for when the page is drawn and the person looks at it. */
  prepare(): void {
    if (this.#state.phase === 'lobby' && !this.#closed) this.#connection.prepare();
  }

  /** Looks again at once: who this tab is has changed. */
  async again(): Promise<void> {
    this.#set({ problem: null });
    await this.#look();
  }

  /**
   * Gets in, however long that takes. Ends in the waiting room or the call, or in the lobby again: by a refusal, which is in
   * `state.problem` then, or by {@link giveUp}.
   */
  async join(passcode?: string): Promise<void> {
    if (this.#closed) return;
    performance.mark('openvisit:join');
    this.#set({ phase: 'joining', problem: null });
    this.#alone(() => this.#untilInside({ passcode, told: TOLD_AT_THE_DOOR }));
    await Promise.race([this.#pursuit, aborted(this.#closing.signal)]);
  }

  /** Back to the lobby, from waiting for an answer. */
  giveUp(): void {
    if (this.#state.phase === 'joining') this.#toLobby(null);
  }

  /** Rejects with a {@link Problem}, like the other commands of the practitioner. */
  async admit(participantId: string): Promise<void> {
    this.#observe(await this.#parts.api.admit(this.sessionId, participantId));
  }

  async deny(participantId: string): Promise<void> {
    this.#observe(await this.#parts.api.deny(this.sessionId, participantId));
  }

  async remove(participantId: string): Promise<void> {
    this.#observe(await this.#parts.api.remove(this.sessionId, participantId));
  }

  async extend(minutes: number): Promise<void> {
    this.#observe(await this.#parts.api.extend(this.sessionId, minutes));
    this.#set({ overrun: false });
  }

  /** For when video or sound fails. */
  async goOnByPhone(showPractitioner: boolean): Promise<void> {
    this.#observe(await this.#parts.api.goOnByPhone(this.sessionId, showPractitioner));
  }

  async backToVideo(): Promise<void> {
    this.#observe(await this.#parts.api.backToVideo(this.sessionId));
  }

  /** Keeps the practitioner's notes; nobody else is told. Rejects with a {@link Problem}. */
  async saveNotes(text: string): Promise<void> {
    this.#observe(await this.#parts.api.saveNotes(this.sessionId, text, null));
  }

  /** Says something in writing. What did not arrive stays as `failed`, to be said again by its id. */
  say(text: string, draft = `draft ${performance.now()}`): Promise<void> {
    return this.#conversation.say(text, draft);
  }

  /** Sends a picture or PDF. What did not arrive stays as `failed`, with why. */
  sendFile(file: File, draft = `draft ${performance.now()}`): Promise<void> {
    return this.#conversation.sendFile(file, draft);
  }

  /** The file of a line that failed, while this page has it. */
  fileOf(draft: string): File | null {
    return this.#conversation.fileOf(draft);
  }

  /** Goes for now. The person is free at once, whatever becomes of the message to the server. */
  leave(): void {
    this.#free('left');
    // Unheard, the server notices by the silence.
    this.#parts.api.leave(this.sessionId).catch(() => undefined);
  }

  /** Ends the session for everybody. The person is free at once, even if the server cannot be reached. */
  end(): void {
    this.#free('ended');
    const end = (signal: AbortSignal) => this.#parts.api.end(this.sessionId, signal);
    void tellEnd(end, (news) => this.#set(news));
  }

  /**
   * As {@link end}, but the server is told only after so many milliseconds: an end is for good. Until then {@link resume}
   * takes it back. A page that goes away meanwhile has meant it.
   */
  endSoon(milliseconds: number): void {
    this.#free('ending');
    this.#endTimer = setTimeout(this.endNow, milliseconds);
  }

  /** Does not wait any longer with what {@link endSoon} was asked for. */
  readonly endNow = (): void => {
    if (this.#state.phase === 'ending') this.end();
  };

  /** Goes back into the call that was about to end; whoever calls this has opened the person's devices again. */
  resume(): void {
    if (this.#state.phase !== 'ending') return;
    this.#renew();
    this.#set({ phase: 'joining' });
    this.#pursue();
  }

  /** Leaves the others' cameras out, to save the network, or takes them again; they are told. */
  pauseCameras(paused: boolean): void {
    this.#connection.takeCameras(!paused);
    this.#set({ camerasPaused: paused });
    this.#tellMediaState();
  }

  quality(): Promise<Quality> {
    return this.#connection.quality();
  }

  /** For when the page goes away. */
  close(): void {
    this.endNow();
    this.#closing.abort();
    this.#course.abort();
    globalThis.removeEventListener?.('pagehide', this.endNow);
    clearInterval(this.#poll);
    this.#forgetLocal();
    this.#unfollow();
    this.#otherTabs.close();
    this.#realtime.close();
    this.#connection.leave();
    this.#parts.local.release();
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  get #key(): string {
    return `openvisit:call:${this.sessionId}`;
  }

  /** At the door or inside, so that whatever breaks is to be mended. */
  get #present(): boolean {
    return this.#state.phase === 'waiting' || this.#state.phase === 'call';
  }

  /** The person wants to be in; false as soon as they left, ended, or was turned away. */
  get #wanted(): boolean {
    return !this.#closed && (this.#present || this.#state.phase === 'joining');
  }

  /** The call goes on with another provider than this page's connection is one to. */
  get #moved(): boolean {
    const { phase, session } = this.#state;
    return (
      phase === 'call' && session !== null && session.media_provider !== this.#connection.carriedBy
    );
  }

  async #attempt(passcode?: string): Promise<void> {
    const offer = await this.#connection.offer();
    const provider = this.#state.session?.media_provider ?? EMBEDDED;
    const join = (signal: AbortSignal) =>
      this.#parts.api.join(this.sessionId, { passcode, offer }, signal);
    const joined = await patiently(join, {
      stop: this.#course.signal,
      slowAfter: provider === EMBEDDED ? undefined : PROVIDER_SLOW_MS,
      slow: () => this.#set({ slow: true }),
    }).finally(() => this.#set({ slow: false }));
    this.#reached(true);
    await this.#joined(joined);
  }

  async #joined({ participant_id, state, media, answer, session }: Joined): Promise<void> {
    if (!this.#wanted) return;
    const inside = state === 'admitted' && media !== null;
    // Before anything else: every millisecond here is one more without a picture.
    const connected = inside ? this.#connection.connect(media, answer) : null;
    this.#parts.memory.setItem(this.#key, state);
    this.#set({
      phase: inside ? 'call' : 'waiting',
      participantId: participant_id,
      problem: null,
      remotes: this.#connection.remotes,
    });
    this.#otherTabs.postMessage({ taken: participant_id });
    this.#realtime.enter(this.sessionId);
    this.#repeatMediaState();
    // The provider may have been changed by this very join.
    this.#observe(inside ? { ...session, media_provider: media.provider } : session);
    try {
      await connected;
    } catch (thrown) {
      if (this.#wanted) this.#renew();
      throw thrown;
    }
  }

  /** Gets in, or back in, whatever it takes; ends only by success, a refusal, or the person's leaving. */
  #pursue(): void {
    if (this.#state.phase === 'lobby') this.#set({ phase: 'joining' });
    this.#alone(() => this.#untilInside());
  }

  /** Attempts never overlap; what was asked for meanwhile shows in the state when one is done. */
  #alone(attempt: () => Promise<void>): void {
    if (this.#closed) return;
    this.#pursuit ??= attempt().finally(() => {
      this.#pursuit = null;
      this.#react();
    });
  }

  /** `told`: what ends it before somebody has got in, though it may pass. */
  async #untilInside({ passcode, told = [] }: Entry = {}): Promise<void> {
    this.#course = new AbortController();
    this.#tries.end();
    while (this.#wanted) {
      try {
        return await this.#attempt(passcode);
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (!this.#wanted) return;
        // To where the others are by now.
        if (this.#moved && problem.passing) continue;
        if (!problem.passing || told.includes(problem.code)) return this.#refused(problem);
        const carried = !NO_MEDIA.includes(problem.code);
        const { phase } = this.#state;
        if (phase === 'joining') this.#set({ problem });
        else this.#set({ ...this.#media('lost'), problem: carried ? null : problem });
        await this.#tries.rest(carried ? RETRY_MS : PROVIDER_RETRY_MS, this.#course.signal);
      }
    }
  }

  #recover(): void {
    if (this.#state.phase === 'call') this.#alone(() => this.#restore());
  }

  /** First the cheap way, the same connection mended; then a new one. */
  async #restore(): Promise<void> {
    if (await this.#connection.mend()) return;
    if (this.#state.phase === 'call') await this.#rejoin();
  }

  /** To where the others are by now. */
  #follow(): void {
    // What is still being connected is given up, and then tried anew.
    if (this.#connection.connecting) this.#connection.leave();
    else this.#alone(() => this.#rejoin());
  }

  async #rejoin(): Promise<void> {
    this.#set(this.#media('lost'));
    this.#renew();
    await this.#untilInside();
  }

  #renew(): void {
    this.#connection.renew();
    this.#set({ frame: null, leftOut: 'nothing' });
  }

  #up(connected: boolean): void {
    if (connected) this.#set(this.#media('up'));
    else if (this.#state.link.media === 'up') this.#set(this.#media('lost'));
  }

  #media(media: Flow): Pick<CallState, 'link'> {
    return { link: { ...this.#state.link, media } };
  }

  #realtimeIs(realtime: Flow): void {
    if (realtime !== this.#state.link.realtime)
      this.#set({ link: { ...this.#state.link, realtime } });
  }

  #refused(problem: Problem): void {
    if (!this.#wanted) return;
    if (problem.code === 'ended') return this.#over();
    if (problem.code === 'denied') return this.#free('turned_away');
    const wasInside = this.#parts.memory.getItem(this.#key) !== null;
    this.#awaitsToken = problem.code === 'unauthorized' && wasInside;
    this.#toLobby(problem);
  }

  #toLobby(problem: Problem | null): void {
    this.#course.abort();
    this.#parts.memory.removeItem(this.#key);
    this.#set({ phase: 'lobby', problem, ...this.#media('connecting') });
    // This connection may have been used; the next attempt starts with a fresh one.
    this.#renew();
  }

  #over(): void {
    this.#free('ended');
    void this.#look();
  }

  /** Lets go of camera, microphone and connection. */
  #free(phase: Phase): void {
    clearTimeout(this.#endTimer);
    this.#course.abort();
    this.#realtime.leave(this.sessionId);
    this.#parts.local.release();
    this.#connection.leave();
    this.#parts.memory.removeItem(this.#key);
    if (phase === 'ended' || phase === 'turned_away') this.#conversation.forget();
    this.#set({ phase, remotes: [], frame: null, problem: null });
  }

  #heard(event: string, session: Session, participant: string | null): void {
    if (session.id !== this.sessionId) return;
    if (event === 'overrun_warning') this.#set({ overrun: true });
    if (event === 'extended') this.#set({ overrun: false });
    this.#observe(session);
    // Another page of this person's said that they go; this one is still there.
    if (event === 'left' && participant === this.#state.participantId && this.#present)
      this.#realtime.enter(this.sessionId);
    // Who was let in was there before, and was told nothing.
    if (event === 'joined' || event === 'admitted') this.#repeatMediaState();
  }

  /** Every snapshot, from wherever it comes, passes here; an older one than is known changes nothing. */
  #observe(session: Session): void {
    const known = this.#state.session;
    if (!known || session.version >= known.version) {
      this.clock.learn(session.server_time);
      this.#set({ session });
    }
    this.#admitted();
    // In the lobby already, so that joining is quick; whether it can be had shows then.
    const { media_provider } = session;
    if (media_provider !== EMBEDDED) this.#parts.media.bring(media_provider).catch(() => undefined);
    this.#react();
  }

  /** The server answers, and knows who this is; perhaps by a newer token. */
  #admitted(): void {
    const { phase, problem } = this.#state;
    if (phase !== 'lobby') return;
    if (problem?.passing || problem?.code === 'unauthorized') this.#set({ problem: null });
    if (!this.#awaitsToken) return;
    this.#awaitsToken = false;
    this.#pursue();
  }

  /** Does what the present snapshot asks for. */
  #react(): void {
    const { session, phase, participantId } = this.#state;
    if (!session) return;
    if (isOver(session.status)) {
      if (phase !== 'ended') this.#free('ended');
      return;
    }
    if (!this.#present) return;
    const mine = session.participants.find(({ id }) => id === participantId);
    if (mine?.state === 'denied' || mine?.state === 'removed') this.#free('turned_away');
    else if (mine?.state === 'admitted' && phase === 'waiting') this.#pursue();
    else if (this.#moved) this.#follow();
  }

  /** Asks for the session, where the realtime channel cannot tell: now and then, and at every turn while nobody answers. */
  #lookAgain(): void {
    const finished = this.#state.phase === 'ended' || this.#state.phase === 'turned_away';
    const informed = this.#realtime.connected && this.#state.session !== null;
    if (finished || (informed && this.#state.reachable)) return;
    const pause = this.#state.reachable ? POLL_MS : this.#lookPause;
    if (performance.now() - this.#lookedAt >= pause) void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    this.#lookedAt = performance.now();
    const timeout = this.#state.session ? AbortSignal.timeout(LOOK_TIMEOUT_MS) : undefined;
    try {
      this.#observe(await this.#parts.api.session(this.sessionId, timeout));
      this.#reached(true);
      // The realtime channel asks nobody, and tells all the same.
      if (this.#state.problem?.code === 'origin_refused') this.#set({ problem: null });
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (!this.#state.session || problem.code === 'origin_refused') this.#set({ problem });
      // Who waited by what was withdrawn waits no more; in the call the media tell.
      else if (problem.code === 'unauthorized' && this.#state.phase === 'waiting')
        this.#refused(problem);
      // A channel that has come up meanwhile knows better.
      if (!this.#realtime.connected) this.#reached(!problem.passing);
      if (!this.#state.reachable) this.#lookPause = this.#silence.pause(LOOK_MS);
    }
  }

  #reached(reachable: boolean): void {
    if (reachable === this.#state.reachable) return;
    this.#set({ reachable });
    if (reachable) this.#answered();
  }

  #answered(): void {
    this.#lookPause = LOOK_MS;
    this.#silence.end();
    this.#tries.end();
  }

  /** Of a silence that had this device's own reasons nothing is left. */
  #returned(): void {
    this.#answered();
    if (!this.#state.reachable) void this.#look();
  }

  #link(up: boolean): void {
    if (!up) {
      // It comes back by itself, or the server is gone. Each try that fails says so again.
      if (this.#state.link.realtime !== 'lost') void this.#look();
      return this.#realtimeIs('lost');
    }
    this.#realtimeIs('up');
    this.#reached(true);
    this.#tries.end();
    if (this.#present) {
      this.#realtime.enter(this.sessionId);
      this.#repeatMediaState();
    }
    if (this.#linkWasUp) {
      // The server may be another process by now, which knows nothing of this connection.
      this.#recover();
      // Of a session that ended meanwhile it says nothing by itself.
      void this.#look();
    }
    this.#linkWasUp = true;
  }

  /** For those who have not heard it. */
  #repeatMediaState(): void {
    this.#toldMediaState = '';
    this.#tellMediaState();
  }

  #mediaState(sessionId: string, participantId: string, state: MediaState): void {
    if (sessionId !== this.sessionId) return;
    this.#set({ mediaStates: { ...this.#state.mediaStates, [participantId]: state } });
  }

  #otherTab(message: { taken?: string }): void {
    if (message.taken === this.#state.participantId) this.#takenOver();
  }

  #takenOver(): void {
    if (this.#present) this.#free('elsewhere');
  }

  #set(change: Partial<CallState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}
