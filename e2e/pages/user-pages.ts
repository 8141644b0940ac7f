// The pages of all users of one server, each signed in, in a browser context of their own: for tests that go over
// every page.

import { type Browser, type BrowserContextOptions, expect, type Locator, type Page } from '@playwright/test';

import { Account, DEMO_PASSWORD, NEWCOMER_PASSWORD } from '../harness/api.ts';
import { PATIENCE_MS } from '../harness/patience.ts';
import { bookSampleWeek } from '../harness/sample-week.ts';
import type { Server } from '../harness/server.ts';

/** Who comes without an account. */
const WITHOUT_ACCOUNT = ['stranger', 'guest'] as const;

/** The patient has another device, too. */
export type User = (typeof WITHOUT_ACCOUNT)[number] | WithAccount | 'patient elsewhere';
type WithAccount = 'newcomer' | 'doctor' | 'patient' | 'assistant' | 'admin';

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

export class UserPages {
  readonly #pages = new Map<User, Page>();
  readonly #accounts = new Map<WithAccount, Account>();
  #endingAppointment: Booked | null = null;

  private constructor(
    readonly server: Server,
    private readonly browsers: Browsers,
    private readonly device: BrowserContextOptions,
    private readonly appointments: Appointment[],
  ) {}

  static async signIn(server: Server, browsers: Browsers, device: BrowserContextOptions): Promise<UserPages> {
    const doctor = await Account.logIn(server, 'doctor');
    await bookSampleWeek(doctor);
    await (await Account.logIn(server, 'admin')).newcomer(server);
    const { items } = await doctor.get<{ items: Appointment[] }>('/appointments?limit=100');
    // On localhost a live connection takes no notice of a network that goes.
    const baseURL = server.url.replace('localhost', '127.0.0.1');
    return new UserPages(server, browsers, { baseURL, ...device }, items);
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
  get endingAppointment(): Booked {
    if (!this.#endingAppointment) throw new Error('no appointment runs out');
    return this.#endingAppointment;
  }

  #session(wanted: (appointment: Appointment) => boolean): string {
    const found = this.appointments.find((it) => it.kind === 'video' && wanted(it));
    if (!found) throw new Error('the demo has no such appointment');
    return found.session_id;
  }

  /** Ends what doctor and patient are in, and has them in an appointment of which so many minutes are left. */
  async enterWithMinutesLeft(minutes: number): Promise<void> {
    const [doctor, { id: client_id }] = [await this.account('doctor'), await this.account('patient')];
    await doctor.post(`/sessions/${this.#endingAppointment?.session_id ?? this.current}/end`);
    // What is new cannot begin in the past; what is moved can, as long as it does not end there.
    const someDay = new Date(Date.now() + 60 * 1440 * MINUTE_MS).toISOString();
    const booking = { client_id, starts_at: someDay, duration_minutes: LENGTH_MINUTES, title: 'Sleep consultation', passcode: false };
    this.#endingAppointment = await doctor.post<Booked>('/appointments', booking);
    const starts_at = new Date(Date.now() + (minutes - LENGTH_MINUTES) * MINUTE_MS).toISOString();
    await doctor.patch(`/appointments/${this.#endingAppointment.id}`, { starts_at });
    for (const party of ['doctor', 'patient'] as const) await this.enter(party, this.#endingAppointment.session_id);
    await this.click('doctor', 'admit');
    for (const party of ['doctor', 'patient'] as const) await this.expectOthers(party);
  }

  /** Waits until so many others are in sight, all with their pictures but those who show a card. */
  async expectOthers(user: User, count = 1, cards = 0): Promise<void> {
    const page = await this.page(user);
    await expect(page.getByTestId('remote')).toHaveCount(count);
    await expect(page.getByTestId('name-card')).toHaveCount(cards);
  }

  /** Through the lobby of a session. */
  async enter(user: User, session: string): Promise<void> {
    await this.open(user, `/join/${session}`);
    await this.click(user, 'join');
    await expect(await this.locator(user, 'lobby')).toHaveCount(0);
  }

  /** The user's page, signed in; made when it is first asked for. */
  async page(user: User): Promise<Page> {
    const known = this.#pages.get(user);
    if (known) return known;
    const browser = user.startsWith('patient') ? this.browsers.client : this.browsers.practitioner;
    const context = await browser.newContext(this.device);
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(nameDevices);
    if (!hasNoAccount(user)) {
      const answer = await context.request.post('/api/v1/auth/login', { data: credentials(user) });
      expect(answer.ok(), `${user} signs in`).toBe(true);
    }
    const page = await context.newPage();
    this.#pages.set(user, page);
    return page;
  }

  async open(user: User, path: string): Promise<void> {
    await (await this.page(user)).goto(path);
  }

  async locator(user: User, testId: string): Promise<Locator> {
    return (await this.page(user)).getByTestId(testId).first();
  }

  async click(user: User, testId: string): Promise<void> {
    await (await this.locator(user, testId)).click();
  }

  /** Somebody who works through the API. */
  async account(who: WithAccount): Promise<Account> {
    const known = this.#accounts.get(who);
    if (known) return known;
    const { email, password } = credentials(who);
    // Once: whoever signs in at a demo where nothing can be joined gets an appointment of now, in the way of the tests' own.
    const account = await Account.signIn(this.server, email, password);
    this.#accounts.set(who, account);
    return account;
  }

  async press(user: User, key: string): Promise<void> {
    await (await this.page(user)).keyboard.press(key);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pages.values()].map((page) => page.context().close()));
  }
}

function hasNoAccount(user: User): user is (typeof WITHOUT_ACCOUNT)[number] {
  return WITHOUT_ACCOUNT.some((it) => it === user);
}

function credentials(user: Exclude<User, (typeof WITHOUT_ACCOUNT)[number]>): { email: string; password: string } {
  const account = user === 'patient elsewhere' ? 'patient' : user;
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
