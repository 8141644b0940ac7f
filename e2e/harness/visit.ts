// The steps that most tests begin with.

import { Account, type Participant, type Session } from './api.ts';
import type { Party } from './party.ts';
import { expect } from './test.ts';

/** Brings both into the call: the patient waits, the doctor admits, each sees and hears the other. */
export async function meet(doctor: Party, patient: Party): Promise<Visit> {
  await Promise.all([doctor.enter(), patient.enter()]);
  await doctor.join();
  await expect(doctor.see('call')).toBeVisible();
  await patient.join();
  await expect(patient.see('waiting-room')).toBeVisible();
  await doctor.see('admit').click();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
  return visitOf(doctor);
}

/** The session whose page somebody has open; its id is in the page's address. */
export async function visitOf(party: Party): Promise<Visit> {
  const id = /\/join\/([0-9a-f-]+)/.exec(party.page.url())?.[1];
  if (!id) throw new Error(`no session in ${party.page.url()}`);
  return new Visit(id, await Account.logIn(party.server, 'doctor'));
}

/** The session that two parties are in, as the database has it. */
export class Visit {
  constructor(
    readonly id: string,
    private readonly account: Account,
  ) {}

  async now(): Promise<Session> {
    return this.account.session(this.id);
  }

  /** Who is in it, by role. */
  async participants(): Promise<Map<string, Participant>> {
    const { participants } = await this.now();
    return new Map(participants.map((participant) => [participant.role, participant]));
  }
}
