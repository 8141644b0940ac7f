import { plural } from '../locale';

/** What the practice does about an appointment beside the call: how it went, and who takes it over. */
export default {
  correct: {
    open: 'Correct the outcome',
    title: 'Was the outcome entered by mistake?',
    text: ({ from, to }: { from: string; to: string }) =>
      `It stands there as “${from}” and becomes “${to}”. What stood there before stays on record.`,
    reason: 'Reason (both sides can read it)',
    yes: ({ to }: { to: string }) => `Enter “${to}”`,
    keep: 'Leave it as it is',
  },
  handOver: {
    open: 'Hand over to a colleague',
    title: 'Who takes this appointment over?',
    text: 'Time, link and passcode stay as they are. Who comes reads the new name at once.',
    to: 'Taken over by',
    choose: 'Please choose',
    yes: 'Hand over',
    keep: 'Leave it as it is',
    nobody: ({ name }: { name: string }) =>
      `Besides ${name}, nobody takes appointments in this organization.`,
    done: ({ name }: { name: string }) => `${name} has taken the appointment over.`,
    taken: ({ name, time }: { name: string; time: string }) =>
      `${name} already has an appointment then: ${time}.`,
    takenBy: ({ name, who, time }: { name: string; who: string; time: string }) =>
      `${name} already has an appointment with ${who} then: ${time}.`,
    left: ({ count }: { count: number }) =>
      plural(count, {
        one: 'One appointment is still booked.',
        other: `${count} appointments are still booked.`,
      }),
    nothingLeft: 'Nothing is booked any more.',
    all: ({ count }: { count: number }) => `Hand all over (${count})`,
  },
  corrected: 'Corrected',
  correction: ({ from, to, by, at }: { from: string; to: string; by: string; at: string }) =>
    `“${from}” became “${to}” (${by}, ${at})`,
  unproven: 'Nothing shows that both were there: it counts by what was entered.',
  proof: 'Attendance',
};
