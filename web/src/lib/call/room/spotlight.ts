/** One picture of the stage. */
export interface Spot {
  key: string;
  kind: 'screen' | 'person' | 'self';
}

/** The keys of the pictures that are large: the pinned one, else a shared screen, else everybody else. */
export function spotlight(spots: readonly Spot[], pinned: string | null): Set<string> {
  const keys = (found: readonly Spot[]) => new Set(found.map(({ key }) => key));
  const chosen = spots.filter(({ key }) => key === pinned);
  if (chosen.length > 0) return keys(chosen);
  const screens = spots.filter(({ kind }) => kind === 'screen');
  return keys(
    screens.length > 0 ? screens.slice(0, 1) : spots.filter(({ kind }) => kind === 'person'),
  );
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
