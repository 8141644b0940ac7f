export const NOTES_LIMIT = 500;

/** Characters as the server counts them: Unicode scalar values, so that an emoji is one and not two. */
export function characters(text: string): number {
  return [...text].length;
}
