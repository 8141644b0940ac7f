/** One picture of the stage. */
export interface Spot {
  key: string;
  kind: 'screen' | 'person' | 'self';
}

/** From so many others on, the own picture has a place among them: in a corner it would cover somebody. */
const CROWD = 3;

export function isCrowd(others: number): boolean {
  return others >= CROWD;
}

/**
 * The keys of the pictures that are large: the pinned one, else a shared screen, else everybody else, and in a crowd
 * oneself too.
 */
export function spotlight(spots: readonly Spot[], pinned: string | null): Set<string> {
  const keys = (found: readonly Spot[]) => new Set(found.map(({ key }) => key));
  const chosen = spots.filter(({ key }) => key === pinned);
  if (chosen.length > 0) return keys(chosen);
  const screens = spots.filter(({ kind }) => kind === 'screen');
  if (screens.length > 0) return keys(screens.slice(0, 1));
  const people = spots.filter(({ kind }) => kind === 'person');
  return keys(isCrowd(people.length) ? spots : people);
}

/** How a picture is shaped, width by height: between upright and wide ones. */
const SHAPE = 4 / 3;

/** In how many columns so many pictures are largest, in a place of this size. */
export function columnsFor(count: number, width: number, height: number): number {
  const sizeIn = (columns: number) =>
    Math.min(width / columns, (height / Math.ceil(count / columns)) * SHAPE);
  let best = 1;
  for (let columns = 2; columns <= count; columns += 1)
    if (sizeIn(columns) > sizeIn(best)) best = columns;
  return best;
}

/** More small ones than this stand in two columns. */
const COLUMN = 4;

/** Where the small pictures stand, counted from the corner. */
export function stacked(
  place: number,
  count: number,
): { row: number; column: number; rows: number } {
  const rows = count > COLUMN ? Math.ceil(count / 2) : Math.max(1, count);
  return { row: place % rows, column: Math.floor(place / rows), rows };
}

/** From so much wider than high on, there is more room beside a screen than below it. */
const WIDE = 1.2;

/** Where the small ones stand so that they cover nothing. */
export type Aside = 'beside' | 'below';

/** What is shared is read to its edges, and so the others make room on a stage of this size. */
export function asideOf(width: number, height: number): Aside {
  return width > height * WIDE ? 'beside' : 'below';
}

/** As {@link stacked}, in one line beside or below what is large. */
export function lined(place: number, count: number): { row: number; column: number; rows: number } {
  return { row: place, column: 0, rows: Math.max(1, count) };
}

export const CORNERS = ['end-top', 'end-bottom', 'start-bottom', 'start-top'] as const;
export type Corner = (typeof CORNERS)[number];

export function nextCorner(corner: Corner): Corner {
  return CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] ?? 'end-top';
}

/** The corner that is nearest to a point, given as shares of the stage's width and height. */
export function nearestCorner(x: number, y: number, rightToLeft: boolean): Corner {
  const side = x > 0.5 !== rightToLeft ? 'end' : 'start';
  return `${side}-${y > 0.5 ? 'bottom' : 'top'}`;
}
