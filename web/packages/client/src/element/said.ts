import type { Problem } from '../problem.ts';
import type { VisitState } from '../visit.ts';
import type { Words } from './words.ts';

/** The one sentence that tells a person where they are. */
export function said(state: VisitState, words: Words, language: string): string {
  const { phase, problem, link, others } = state;
  const trouble = troubleOf(state, words);
  switch (phase) {
    case 'lobby':
      return problem ? saidOf(problem, words, language) : trouble;
    case 'joining':
      return problem ? saidOf(problem, words, language) : words.joining;
    case 'waiting':
      return state.reachable ? words.waiting : words.unreachable;
    case 'call':
      if (link.media === 'lost') return words.reconnecting;
      if (link.media === 'connecting') return words.joining;
      if (link.realtime === 'lost') return words.unheard;
      return [others.length === 0 ? words.nobody : '', trouble].join(' ').trim();
    case 'turned_away':
      return words.turnedAway;
    default:
      return words[phase];
  }
}

/** Whoever believes to be heard is to know better. */
function troubleOf({ devices }: VisitState, words: Words): string {
  if (devices?.microphone.trouble) return words.noMicrophone;
  return devices?.camera.trouble ? words.noCamera : '';
}

function saidOf(problem: Problem, words: Words, language: string): string {
  switch (problem.code) {
    case 'too_early':
      return `${words.tooEarly} ${timeOf(problem.text('opens_at'), language)}`;
    case 'passcode_required':
      return '';
    case 'passcode_wrong':
      return words.wrongPasscode;
    case 'unauthorized':
    case 'no_token':
      return words.noToken;
    case 'unreachable':
      return words.unreachable;
    case 'not_found':
      return words.notFound;
    default:
      return `${words.refused} ${problem.message}`;
  }
}

function timeOf(instant: string | null, language: string): string {
  const date = new Date(instant ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const today = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(language, {
    ...(today ? {} : { dateStyle: 'medium' }),
    timeStyle: 'short',
  });
}
