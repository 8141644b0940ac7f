import type { Device } from '../local.ts';
import type { Frame } from '../media.ts';
import {
  NO_VISIT,
  openVisit,
  type Other,
  type OpenVisitOptions,
  type Visit,
  type VisitState,
} from '../visit.ts';
import { followLanguage, languageAround } from './language.ts';
import { said } from './said.ts';
import { STYLE } from './style.ts';
import { make, makeView, showIn, video, type View } from './view.ts';
import { wordsIn, type Words } from './words.ts';

/** The element's own event, typed. */
export interface OpenVisitCall {
  addEventListener(
    type: 'phase',
    listener: (event: CustomEvent<VisitState>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/**
 * `<openvisit-call server="https://…" session="…">`: a whole call, in a page of any kind. `token` is an attribute, or a property that may be
 * a function. Each change of phase is an event `phase`, with the state as its `detail`; the page's language, or `lang`, is its own.
 */
export class OpenVisitCall extends HTMLElement {
  static readonly observedAttributes = ['server', 'session', 'token'];

  readonly #view: View = makeView();
  readonly #videos = new Map<string, HTMLVideoElement>();
  #token: OpenVisitOptions['token'] | null = null;
  #visit: Visit | null = null;
  #words!: Words;
  #language = 'en';
  #shown: { frame: Frame; hide: () => void } | null = null;
  #phase = '';
  #awake: Promise<WakeLockSentinel | null> | null = null;
  #opening: ReturnType<typeof setTimeout> | undefined;
  #unfollow = (): void => undefined;

  constructor() {
    super();
    const style = document.createElement('style');
    style.textContent = STYLE;
    this.attachShadow({ mode: 'open' }).append(style, this.#view.root);
    this.#view.root.hidden = true;
    this.#listen();
  }

  /** A token, or what gives one, as {@link OpenVisitOptions.token}. */
  get token(): OpenVisitOptions['token'] | null {
    return this.#token ?? this.getAttribute('token');
  }

  set token(token: OpenVisitOptions['token'] | null) {
    this.#token = token;
    if (!this.#visit) this.#openSoon();
  }

  /** What is behind it; null until server, session and token are there. */
  get visit(): Visit | null {
    return this.#visit;
  }

  connectedCallback(): void {
    this.#unfollow = followLanguage(this, () => this.#speak());
    this.#openSoon();
  }

  disconnectedCallback(): void {
    this.#unfollow();
    this.#close();
  }

  attributeChangedCallback(name: string): void {
    if (name === 'token' && this.#visit) return;
    this.#close();
    this.#openSoon();
  }

  /** Once for attributes and properties that are set one after the other, and not for an element that is only being moved. */
  #openSoon(): void {
    clearTimeout(this.#opening);
    this.#opening = setTimeout(() => this.#openNow());
  }

  #openNow(): void {
    const [server, session] = [this.getAttribute('server'), this.getAttribute('session')];
    if (!this.isConnected || this.#visit || !server || !session || !this.token) return;
    this.#speak();
    this.#view.root.hidden = false;
    try {
      this.#visit = openVisit({ server, session, token: () => this.#askForToken() });
      this.#visit.subscribe((state) => this.#render(state));
    } catch (wrong) {
      console.error(wrong);
      const nothing: VisitState = { ...NO_VISIT, phase: 'ended' };
      this.#entry(nothing);
      this.#controls(nothing);
      this.#view.status.textContent = this.#words.refused;
    }
  }

  #askForToken(): string | Promise<string> {
    const { token } = this;
    return typeof token === 'function' ? token() : (token ?? '');
  }

  #close(): void {
    clearTimeout(this.#opening);
    this.#stayAwake(false);
    this.#frame(null);
    this.#visit?.close();
    this.#visit = null;
    this.#view.root.hidden = true;
  }

  #speak(): void {
    const own = languageAround(this);
    const { words, language } = wordsIn([...(own ? [own] : []), ...navigator.languages]);
    this.#words = words;
    this.#language = language;
    const { join, microphone, camera, share, sound, leave, end, passcode, self } = this.#view;
    for (const [element, text] of [
      [join, words.join],
      [microphone, words.microphone],
      [camera, words.camera],
      [share, words.share],
      [sound, words.soundOn],
      [leave, words.leave],
      [end, words.end],
    ] as const)
      element.textContent = text;
    passcode.placeholder = passcode.ariaLabel = words.passcode;
    self.ariaLabel = words.self;
    if (this.#visit) this.#render(this.#visit.state);
  }

  #listen(): void {
    const { entry, passcode, microphone, camera, share, sound, leave, end } = this.#view;
    const press = (element: HTMLElement, act: (visit: Visit) => unknown) =>
      element.addEventListener('click', () => this.#visit && act(this.#visit));
    entry.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#visit?.join(passcode.value || undefined);
    });
    press(microphone, (it) => it.setMicrophone(!it.state.devices?.microphone.on));
    press(camera, (it) => it.setCamera(!it.state.devices?.camera.on));
    press(share, (it) => (it.state.devices?.screen ? it.stopScreen() : it.shareScreen()));
    press(leave, (it) => it.leave());
    press(end, (it) => it.end());
    sound.addEventListener('click', () => {
      sound.hidden = true;
      for (const element of this.#videos.values()) void element.play().catch(() => undefined);
    });
    sound.hidden = true;
  }

  #render(state: VisitState): void {
    const { phase } = state;
    this.#entry(state);
    this.#controls(state);
    this.#waiting(state);
    this.#pictures(state);
    this.#frame(state.frame);
    const text = said(state, this.#words, this.#language);
    if (this.#view.status.textContent !== text) this.#view.status.textContent = text;
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#stayAwake(phase === 'call');
    this.dispatchEvent(new CustomEvent('phase', { detail: state, bubbles: true, composed: true }));
  }

  /** Phones turn their screens off in the middle of a call otherwise, and the camera with it. */
  #stayAwake(wanted: boolean): void {
    if (wanted) this.#awake ??= navigator.wakeLock?.request('screen').catch(() => null) ?? null;
    else void this.#awake?.then((lock) => lock?.release());
    if (!wanted) this.#awake = null;
  }

  #entry({ phase, problem, can }: VisitState): void {
    const { entry, passcode, join } = this.#view;
    entry.hidden = !can.join && phase !== 'joining';
    join.disabled = phase === 'joining';
    join.textContent =
      phase === 'lobby' || phase === 'joining' ? this.#words.join : this.#words.again;
    passcode.hidden = !problem?.code.startsWith('passcode');
  }

  #controls({ phase, practitioner, can, devices, frame }: VisitState): void {
    const { microphone, camera, share, sound, leave, end } = this.#view;
    const inside = phase === 'call';
    const out = ['left', 'elsewhere', 'turned_away', 'ending', 'ended'].includes(phase);
    microphone.hidden = camera.hidden = out || frame !== null;
    share.hidden = !inside || frame !== null || !navigator.mediaDevices?.getDisplayMedia;
    leave.hidden = !can.leave;
    end.hidden = !can.end;
    leave.classList.toggle('out', !practitioner);
    if (!inside) sound.hidden = true;
    const isOn = (device?: Device) => String(device ? device.on && !device.trouble : true);
    microphone.ariaPressed = isOn(devices?.microphone);
    camera.ariaPressed = isOn(devices?.camera);
    share.ariaPressed = devices?.screen ? 'true' : null;
  }

  #waiting({ waiting, can }: VisitState): void {
    const { waiting: place } = this.#view;
    const shown = can.admit ? waiting : [];
    const key = [this.#language, ...shown.map(({ id }) => id)].join();
    if (place.dataset.shown === key) return;
    place.dataset.shown = key;
    place.replaceChildren(
      ...shown.map(({ id, name }) => {
        const admit = make('button', 'button admit');
        admit.className = 'main';
        admit.textContent = this.#words.admit;
        admit.onclick = () => void this.#visit?.admit(id).catch(() => undefined);
        const who = make('span', 'who');
        who.textContent = `${name} ${this.#words.waits}`;
        return make('div', 'waiter', who, admit);
      }),
    );
  }

  #pictures({ others, self, phase }: VisitState): void {
    const { self: own } = this.#view;
    own.classList.toggle('aside', phase === 'call' && others.length > 0);
    own.hidden = self === null;
    showIn(own, self);
    const wanted = new Map(others.flatMap((other) => this.#streams(other)));
    for (const [key, element] of this.#videos) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#videos.delete(key);
    }
    for (const [key, { stream, name }] of wanted) {
      const element = this.#videos.get(key) ?? this.#add(key);
      element.ariaLabel = name;
      showIn(element, stream);
    }
  }

  #streams({
    participantId,
    name,
    stream,
    screen,
  }: Other): [string, { stream: MediaStream; name: string }][] {
    const person = stream && { stream, name: name || this.#words.other };
    const shown = screen && { stream: screen, name: this.#words.screen };
    return [
      ...(person ? [[`${participantId} person`, person] as const] : []),
      ...(shown ? [[`${participantId} screen`, shown] as const] : []),
    ].map(([key, value]) => [key, value]);
  }

  #add(key: string): HTMLVideoElement {
    const element = video(key.endsWith('screen') ? 'other screen' : 'other');
    this.#videos.set(key, element);
    this.#view.stage.append(element);
    // Browsers let nothing be heard on a page that nobody has touched yet, as after a reload.
    element.onloadedmetadata = () => element.play().catch(() => (this.#view.sound.hidden = false));
    return element;
  }

  #frame(frame: Frame | null): void {
    if (this.#shown?.frame === (frame ?? undefined)) return;
    this.#shown?.hide();
    this.#shown = frame && { frame, hide: frame.show(this.#view.place) };
  }
}
