interface Listed {
  id: string;
}

const PAGE = 8;

/** Where the marked option is; the first one where it is not among them any more. */
export function placeOf(marked: string | null, options: readonly Listed[]): number {
  return Math.max(
    0,
    options.findIndex(({ id }) => id === marked),
  );
}

/** Where a key goes from there: arrows around the ends, pages as far as the ends. Null for a key that goes nowhere. */
export function stepTo(key: string, from: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return count && (from + 1) % count;
    case 'ArrowUp':
      return count && (from - 1 + count) % count;
    case 'PageDown':
      return Math.max(0, Math.min(from + PAGE, count - 1));
    case 'PageUp':
      return Math.max(0, from - PAGE);
    default:
      return null;
  }
}
