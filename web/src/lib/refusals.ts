import type { Problem } from '@openvisit/client';
import { config } from './openvisit.svelte';

export interface Refusal {
  title: string;
  text: string;
}

/** Why somebody cannot join, for that person. `too_early` has a countdown of its own. */
export function refusal(problem: Problem): Refusal {
  const fixed = SENTENCES[problem.code];
  if (fixed)
    return { ...fixed, text: fixed.text.replace('{practitioner}', config.wording.practitioner) };
  if (problem.code === 'passcode_wrong') return wrongPasscode(problem.number('tries_left'));
  return { title: 'This did not work', text: problem.message };
}

function wrongPasscode(left: number | null): Refusal {
  const tries = left === null ? '' : left === 1 ? ' One try is left.' : ` ${left} tries are left.`;
  return { title: 'That passcode is not right', text: `Please check the six digits.${tries}` };
}

const SENTENCES: Record<string, Refusal> = {
  payment_required: {
    title: 'This appointment is not paid yet',
    text: 'You can join as soon as the payment is confirmed.',
  },
  passcode_required: {
    title: 'A passcode is needed',
    text: 'Enter the six digits you received with your appointment.',
  },
  locked: {
    title: 'Too many wrong passcodes',
    text: 'Joining is locked for a while. Please ask your {practitioner} for a new passcode.',
  },
  quota_exceeded: {
    title: 'No minutes are left this month',
    text: 'The call minutes are used up. Please contact your {practitioner}.',
  },
  ended: { title: 'This session is over', text: 'Nobody can join it any more.' },
  full: {
    title: 'Everybody is already here',
    text: 'The session takes no more participants.',
  },
  denied: {
    title: 'You were not let in',
    text: 'Please contact your {practitioner} if this is a mistake.',
  },
  no_call: {
    title: 'This appointment is in person',
    text: 'There is no video call for it.',
  },
  not_found: {
    title: 'There is no such session',
    text: 'Perhaps the link is incomplete, or it belongs to another account.',
  },
  unauthorized: { title: 'You are not signed in', text: 'Please sign in and try again.' },
  unreachable: {
    title: 'The server cannot be reached',
    text: 'Check your connection. We keep trying.',
  },
};
