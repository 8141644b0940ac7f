// All visitors of one server, each in front of a browser of his or her own, for walks over every page.

import { type Browser, type BrowserContextOptions, expect, type Locator, type Page } from '@playwright/test';

import { Account, DEMO_PASSWORD, NEWCOMER_PASSWORD } from './api.ts';
import { fill } from './diary.ts';
import type { Server } from './server.ts';

/** Who comes without an account. */
const UNKNOWN = ['stranger', 'guest'] as const;

/** The patient has another device, too. */
export type Visitor = (typeof UNKNOWN)[number] | Known | 'patient elsewhere';
type Known = 'newcomer' | 'doctor' | 'patient' | 'assistant' | 'admin';

const MINUTE_MS = 60_000;
/** Of an appointment whose time runs out: as long as its first warning comes before its end. */
const LENGTH_MINUTES = 10;

interface Booked {
  id: string;
  session_id: string;
}

interface Appointment {
  session_id: string;
  kind: string;
  status: string;
  join_opens_at: string;
  ends_at: string;
}

/** Whose camera shows whom. */
export interface Browsers {
  practitioner: Browser;
  client: Browser;
}

export class Stage {
  readonly #pages = new Map<Visitor, Page>();
  #runningOut: Booked | null = null;

  private constructor(
    readonly server: Server,
    private readonly browsers: Browsers,
    private readonly device: BrowserContextOptions,
    private readonly appointments: Appointment[],
  ) {}

  static async set(server: Server, browsers: Browsers, device: BrowserContextOptions): Promise<Stage> {
    const doctor = await Account.logIn(server, 'doctor');
    await fill(doctor);
    await (await Account.logIn(server, 'admin')).newcomer(server);
    const { items } = await doctor.get<{ items: Appointment[] }>('/appointments?limit=100');
    // On localhost a live connection takes no notice of a network that goes.
    const baseURL = server.url.replace('localhost', '127.0.0.1');
    return new Stage(server, browsers, { baseURL, ...device }, items);
  }

  /** The session whose door is open. */
  get current(): string {
    const now = Date.now();
    return this.#session((it) => Date.parse(it.join_opens_at) <= now && now < Date.parse(it.ends_at));
  }

  /** A session whose door is not open yet. */
  get early(): string {
    return this.#session((it) => it.status === 'scheduled' && Date.parse(it.join_opens_at) > Date.now());
  }

  /** Every session that is still to come, soonest first. */
  get scheduled(): string[] {
    return this.appointments.filter(({ status }) => status === 'scheduled').map(({ session_id }) => session_id);
  }

  /** The appointment that was moved so that its time runs out. */
  get runningOut(): Booked {
    if (!this.#runningOut) throw new Error('no appointment runs out');
    return this.#runningOut;
  }

  #session(wanted: (appointment: Appointment) => boolean): string {
    const found = this.appointments.find((it) => it.kind === 'video' && wanted(it));
    if (!found) throw new Error('the demo has no such appointment');
    return found.session_id;
  }

  /** Ends what doctor and patient are in, and has them in an appointment of which so many minutes are left. */
  async runOut(minutes: number): Promise<void> {
    const doctor = await this.account('doctor');
    await doctor.post(`/sessions/${this.#runningOut?.session_id ?? this.current}/end`);
    const { id: client_id } = await this.account('patient');
    // What is new cannot begin in the past; what is moved can, as long as it does not end there.
    const someDay = new Date(Date.now() + 60 * 1440 * MINUTE_MS).toISOString();
    const booking = { client_id, starts_at: someDay, duration_minutes: LENGTH_MINUTES, title: 'Sleep consultation', passcode: false };
    this.#runningOut = await doctor.post<Booked>('/appointments', booking);
    const starts_at = new Date(Date.now() + (minutes - LENGTH_MINUTES) * MINUTE_MS).toISOString();
    await doctor.patch(`/appointments/${this.#runningOut.id}`, { starts_at });
    for (const party of ['doctor', 'patient'] as const) await this.enter(party, this.#runningOut.session_id);
    await this.click('doctor', 'admit');
    for (const party of ['doctor', 'patient'] as const) await this.seeOthers(party);
  }

  /** Waits until so many others are in sight, all with their pictures but those who show a card. */
  async seeOthers(visitor: Visitor, count = 1, cards = 0): Promise<void> {
    const page = await this.page(visitor);
    await expect(page.getByTestId('remote')).toHaveCount(count);
    await expect(page.getByTestId('name-card')).toHaveCount(cards);
  }

  /** Through the lobby of a session. */
  async enter(visitor: Visitor, session: string): Promise<void> {
    await this.open(visitor, `/join/${session}`);
    await this.click(visitor, 'join');
    await expect(await this.see(visitor, 'lobby')).toHaveCount(0);
  }

  /** The page of a visitor, who is signed in. */
  async page(visitor: Visitor): Promise<Page> {
    const known = this.#pages.get(visitor);
    if (known) return known;
    const browser = visitor.startsWith('patient') ? this.browsers.client : this.browsers.practitioner;
    const context = await browser.newContext(this.device);
    context.setDefaultTimeout(10_000);
    await context.addInitScript(nameDevices);
    if (!isUnknown(visitor)) {
      const answer = await context.request.post('/api/v1/auth/login', { data: credentials(visitor) });
      expect(answer.ok(), `${visitor} signs in`).toBe(true);
    }
    const page = await context.newPage();
    this.#pages.set(visitor, page);
    return page;
  }

  async open(visitor: Visitor, path: string): Promise<void> {
    await (await this.page(visitor)).goto(path);
  }

  async see(visitor: Visitor, testId: string): Promise<Locator> {
    return (await this.page(visitor)).getByTestId(testId).first();
  }

  async click(visitor: Visitor, testId: string): Promise<void> {
    await (await this.see(visitor, testId)).click();
  }

  /** Somebody who works through the API. */
  async account(who: Known): Promise<Account> {
    const { email, password } = credentials(who);
    return Account.signIn(this.server, email, password);
  }

  async press(visitor: Visitor, key: string): Promise<void> {
    await (await this.page(visitor)).keyboard.press(key);
  }

  async strike(): Promise<void> {
    await Promise.all([...this.#pages.values()].map((page) => page.context().close()));
  }
}

function isUnknown(visitor: Visitor): visitor is (typeof UNKNOWN)[number] {
  return UNKNOWN.some((unknown) => unknown === visitor);
}

function credentials(visitor: Exclude<Visitor, (typeof UNKNOWN)[number]>): { email: string; password: string } {
  const account = visitor === 'patient elsewhere' ? 'patient' : visitor;
  const password = account === 'newcomer' ? NEWCOMER_PASSWORD : DEMO_PASSWORD;
  return { email: `${account}@demo.test`, password };
}

/** Runs in the page: devices are called as on a laptop, not after the files that stand in for them. */
function nameDevices(): void {
  const names = { audioinput: 'Built-in microphone', videoinput: 'Built-in camera', audiooutput: 'Built-in loudspeaker' };
  Object.defineProperty(MediaDeviceInfo.prototype, 'label', {
    get(this: MediaDeviceInfo) {
      return names[this.kind];
    },
  });
}
