// The steps that most tests begin with.

import { Account, type Participant, type Session } from './api.ts';
import type { ParticipantPage } from '../pages/participant-page.ts';
import { expect } from './fixtures.ts';

/** Brings both into the call: the patient waits, the doctor admits, each sees and hears the other. */
export async function startCall(doctor: ParticipantPage, patient: ParticipantPage): Promise<SessionRecord> {
  await Promise.all([doctor.enter(), patient.enter()]);
  return joinCall(doctor, patient);
}

/** The same from the lobby, where both are already. */
export async function joinCall(doctor: ParticipantPage, patient: ParticipantPage): Promise<SessionRecord> {
  await meet(doctor, patient);
  return sessionOf(doctor);
}

/** The same for those who need not know what the database says. */
export async function meet(doctor: ParticipantPage, patient: ParticipantPage): Promise<void> {
  await doctor.join();
  await expect(doctor.getByTestId('call')).toBeVisible();
  await patient.join();
  await expect(patient.getByTestId('waiting-room')).toBeVisible();
  await doctor.getByTestId('admit').click();
  await Promise.all([doctor.expectInCallWith(patient), patient.expectInCallWith(doctor)]);
}

/** The session whose page somebody has open; its id is in the page's address. */
export async function sessionOf(party: ParticipantPage): Promise<SessionRecord> {
  const id = /\/join\/([0-9a-f-]+)/.exec(party.page.url())?.[1];
  if (!id) throw new Error(`no session in ${party.page.url()}`);
  return new SessionRecord(id, await Account.logIn(party.server, 'doctor'));
}

/** The session that two parties are in, as the database has it. */
export class SessionRecord {
  constructor(
    readonly id: string,
    private readonly account: Account,
  ) {}

  async read(): Promise<Session> {
    return this.account.session(this.id);
  }

  /** Who is in it, by role. */
  async participants(): Promise<Map<string, Participant>> {
    const { participants } = await this.read();
    return new Map(participants.map((participant) => [participant.role, participant]));
  }
}
