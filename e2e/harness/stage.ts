// All visitors of one server, each in front of a browser of his or her own, for walks over every page.

import { type Browser, type BrowserContextOptions, expect, type Locator, type Page } from '@playwright/test';

import { Account, DEMO_PASSWORD, NEWCOMER_PASSWORD } from './api.ts';
import { fill } from './diary.ts';
import type { Server } from './server.ts';

export type Visitor = 'stranger' | 'newcomer' | 'doctor' | 'patient' | 'assistant' | 'admin';

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
    return new Stage(server, browsers, { baseURL: server.url, ...device }, items);
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

  #session(wanted: (appointment: Appointment) => boolean): string {
    const found = this.appointments.find((it) => it.kind === 'video' && wanted(it));
    if (!found) throw new Error('the demo has no such appointment');
    return found.session_id;
  }

  /** The page of a visitor, who is signed in. */
  async page(visitor: Visitor): Promise<Page> {
    const known = this.#pages.get(visitor);
    if (known) return known;
    const browser = visitor === 'patient' ? this.browsers.client : this.browsers.practitioner;
    const context = await browser.newContext(this.device);
    context.setDefaultTimeout(10_000);
    await context.addInitScript(nameDevices);
    if (visitor !== 'stranger') {
      const password = visitor === 'newcomer' ? NEWCOMER_PASSWORD : DEMO_PASSWORD;
      const credentials = { email: `${visitor}@demo.test`, password };
      const answer = await context.request.post('/api/v1/auth/login', { data: credentials });
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
  async account(role: 'doctor' | 'patient' | 'admin'): Promise<Account> {
    return Account.logIn(this.server, role);
  }

  async press(visitor: Visitor, key: string): Promise<void> {
    await (await this.page(visitor)).keyboard.press(key);
  }

  async strike(): Promise<void> {
    await Promise.all([...this.#pages.values()].map((page) => page.context().close()));
  }
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
