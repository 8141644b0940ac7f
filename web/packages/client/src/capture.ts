import {
  listDevices,
  open,
  type Facing,
  type Opened,
  type Source,
  type Trouble,
  type Wanted,
} from './devices.ts';
import { Turns, type Latest } from './turns.ts';

/** What is known of a device that is open. */
export interface Captured {
  track: MediaStreamTrack | null;
  trouble: Trouble | null;
  /** Which device it is; null while none is open, or where the browser does not say. */
  usedId: string | null;
  facing: Facing | null;
  /** The system, or a switch at the device, holds it back: it gives nothing though it is open. */
  muted: boolean;
  /** A microphone that has given nothing at all for some seconds. */
  silent: boolean;
}

export const CLOSED: Captured = {
  track: null,
  trouble: null,
  usedId: null,
  facing: null,
  muted: false,
  silent: false,
};

/** Whoever wants the device, and is told what became of it. */
export interface Wanting {
  /** What is wished for by now; null for nothing. */
  wanted(): Wanted | null;
  changed(now: Partial<Captured>): void;
  /** Another device goes on in place of one that is gone, or it is the one that was gone. */
  replaced(label: string, back: boolean): void;
  /** What was wished for cannot be had, and what worked before goes on. */
  refused(trouble: Trouble, worked: Wanted): void;
}

/** What the camera gives, made into another picture. */
export interface Dressed {
  track: MediaStreamTrack;
  stop(): void;
}

/** Makes another picture of what a camera gives. */
export interface Effect {
  /** @param tooSlow is told once this machine turns out to be; perhaps more than once. */
  apply(camera: MediaStreamTrack, tooSlow: () => void): Promise<Dressed>;
}

/** Keeps one device as it is wished for, whatever comes in between and in whichever order. */
export class Capture {
  readonly #turns = new Turns();
  #device: MediaStreamTrack | null = null;
  #dressed: Dressed | null = null;
  /** What the device was opened by that works, or was the last to. */
  #worked: Wanted | null = null;
  /** One that was pulled out and is to be used again once it is back. */
  #lost: { deviceId: string | null; told: boolean } | null = null;
  /** Nothing could be opened for a reason that may pass when something is plugged in. */
  #failed = false;

  readonly #source: Source;
  readonly #wanting: Wanting;
  readonly #dress: (device: MediaStreamTrack) => Promise<Dressed | null>;

  constructor(
    source: Source,
    wanting: Wanting,
    dress: (device: MediaStreamTrack) => Promise<Dressed | null> = bare,
  ) {
    this.#source = source;
    this.#wanting = wanting;
    this.#dress = dress;
  }

  /** Opens what is wished for by now, or takes what was opened for it. */
  bring(opened?: Promise<Opened>): Promise<void> {
    return this.#turns.instead(async (latest) => {
      const wanted = this.#wanting.wanted();
      if (opened) await this.#settle(await opened, wanted, latest);
      else if (latest() && wanted)
        await this.#settle(await open(this.#source, wanted), wanted, latest);
    });
  }

  /** As {@link bring}, by whoever means a device: one that was pulled out is not waited for any more. */
  choose(): Promise<void> {
    this.#lost = null;
    return this.bring();
  }

  /** Opens the same device anew, since it is wished for in another way. */
  reopen(): Promise<void> {
    return this.#turns.after(async (latest) => {
      const wanted = this.#wanting.wanted();
      if (!latest() || !wanted || !this.#device) return;
      const same = { ...wanted, deviceId: usedId(this.#device) ?? wanted.deviceId };
      // Whoever opens a device that is open is given what is there already.
      this.#device.stop();
      await this.#settle(await open(this.#source, same), same, latest);
    });
  }

  /** Closes it at once. */
  close(): void {
    this.#turns.overtake();
    this.#letGo();
    this.#wanting.changed(CLOSED);
  }

  /** Makes the picture anew of the device that is open. */
  redress(): Promise<void> {
    const device = this.#device;
    if (!device) return Promise.resolve();
    return this.#turns.after(async () => {
      if (device === this.#device) await this.#show(device);
    });
  }

  /** Something was plugged in or pulled out. */
  async listChanged(): Promise<void> {
    if (!this.#wanting.wanted()) return;
    if (this.#failed) return this.bring();
    const deviceId = this.#lost?.deviceId;
    if (!this.#device || !deviceId || deviceId === usedId(this.#device)) return;
    const { cameras, microphones } = await listDevices();
    const list = this.#source === 'camera' ? cameras : microphones;
    if (list.some((it) => it.deviceId === deviceId)) await this.#bringBack(deviceId);
  }

  #bringBack(deviceId: string): Promise<void> {
    return this.#turns.after(async (latest) => {
      const wanted = this.#wanting.wanted();
      if (!latest() || !wanted || this.#lost?.deviceId !== deviceId) return;
      const { track } = await open(this.#source, { ...wanted, deviceId });
      if (track) await this.#settle({ track, trouble: null }, { ...wanted, deviceId }, latest);
    });
  }

  async #settle({ track, trouble }: Opened, wanted: Wanted | null, latest: Latest): Promise<void> {
    // The person may have changed their mind, or gone, while the browser was asking.
    if (!latest() || !wanted || !this.#wanting.wanted()) return void track?.stop();
    if (track) await this.#adopt(track, wanted);
    else await this.#without(trouble ?? 'failed', wanted, latest);
  }

  /** What is wished for cannot be had: whatever worked goes on, or works again. */
  async #without(trouble: Trouble, wanted: Wanted, latest: Latest): Promise<void> {
    const worked = this.#worked;
    if (this.#device && worked) {
      const again = trouble === 'busy' ? await this.#insteadOf(this.#device, wanted) : null;
      if (again?.track) return this.#settle(again, wanted, latest);
      if (this.#device && this.#device.readyState === 'live')
        return this.#wanting.refused(trouble, worked);
    }
    for (const other of this.#others(trouble, wanted)) {
      const { track } = await open(this.#source, other);
      if (!track) continue;
      await this.#settle({ track, trouble: null }, other, latest);
      if (other === worked && latest()) this.#wanting.refused(trouble, worked);
      else if (trouble === 'absent') this.#lost ??= { deviceId: wanted.deviceId, told: true };
      return;
    }
    if (!latest()) return;
    this.#letGo();
    this.#failed = trouble === 'absent' || trouble === 'busy';
    this.#wanting.changed({ ...CLOSED, trouble });
  }

  /** What else may be tried, best first. */
  #others(trouble: Trouble, wanted: Wanted): Wanted[] {
    if (trouble === 'denied' || trouble === 'insecure') return [];
    const others = this.#worked && !same(this.#worked, wanted) ? [this.#worked] : [];
    const named = wanted.deviceId !== null || Boolean(wanted.facing);
    return trouble === 'absent' && named
      ? [...others, { ...wanted, deviceId: null, facing: null }]
      : others;
  }

  /** Phones have one camera open at a time: the one that works is let go of for the other, and taken again. */
  async #insteadOf(device: MediaStreamTrack, wanted: Wanted): Promise<Opened | null> {
    if (this.#source !== 'camera' || !isPhone()) return null;
    device.stop();
    return open(this.#source, wanted);
  }

  async #adopt(device: MediaStreamTrack, wanted: Wanted): Promise<void> {
    device.addEventListener('ended', () => void this.#ended(device));
    for (const event of ['mute', 'unmute'])
      device.addEventListener(event, () => {
        if (device === this.#device) this.#wanting.changed({ muted: device.muted });
      });
    const before = this.#device;
    this.#device = device;
    this.#worked = wanted;
    this.#failed = false;
    await this.#show(device);
    // Not sooner: what it gave is shown and sent until here.
    if (before !== device) before?.stop();
    if (this.#device === device) this.#tellReplaced(device);
  }

  async #show(device: MediaStreamTrack): Promise<void> {
    const dressed = await this.#dress(device);
    if (device !== this.#device) return void dressed?.stop();
    this.#dressed?.stop();
    this.#dressed = dressed;
    this.#wanting.changed({
      track: dressed?.track ?? device,
      trouble: null,
      usedId: usedId(device),
      facing: facingOf(device),
      muted: Boolean(device.muted),
      silent: false,
    });
  }

  /** Somebody pulled a plug, the system took it away, or the permission was withdrawn. */
  async #ended(device: MediaStreamTrack): Promise<void> {
    if (device !== this.#device) return;
    this.#lost = { deviceId: usedId(device), told: false };
    this.#letGo();
    this.#wanting.changed({ ...CLOSED, trouble: 'absent' });
    await this.bring();
  }

  #tellReplaced(device: MediaStreamTrack): void {
    const lost = this.#lost;
    if (!lost) return;
    const back = lost.told && lost.deviceId === usedId(device);
    if (!lost.told || back) this.#wanting.replaced(device.label, back);
    if (lost.deviceId === usedId(device)) this.#lost = null;
    else lost.told = true;
  }

  #letGo(): void {
    this.#dressed?.stop();
    this.#device?.stop();
    this.#dressed = this.#device = null;
    this.#failed = false;
  }
}

function bare(): Promise<null> {
  return Promise.resolve(null);
}

function usedId(device: MediaStreamTrack): string | null {
  return device.getSettings().deviceId ?? null;
}

function facingOf(device: MediaStreamTrack): Facing | null {
  const facing = device.getSettings().facingMode;
  return facing === 'user' || facing === 'environment' ? facing : null;
}

function same(one: Wanted, other: Wanted): boolean {
  return one.deviceId === other.deviceId && (one.facing ?? null) === (other.facing ?? null);
}

/** Also a tablet; an iPad says that it is a Mac. */
function isPhone(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return (
    /Android|iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)
  );
}
