/** The shortest password that the server takes, in characters. */
export const SHORTEST = 12;
const LONG = 16;
const VERY_LONG = 20;
/** Fewer different characters are a pattern. */
const VARIED = 8;

export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'strong';

/** From the weakest that is taken on. */
export const STEPS: Strength[] = ['weak', 'fair', 'good', 'strong'];

/** How long it would be guessed at, roughly: what counts is length, of characters that are not few. */
export function strengthOf(password: string): Strength {
  const characters = [...password];
  if (characters.length < SHORTEST) return 'short';
  const varied = new Set(characters).size >= VARIED;
  if (!varied) return 'weak';
  if (characters.length < LONG) return 'fair';
  return characters.length < VERY_LONG ? 'good' : 'strong';
}
