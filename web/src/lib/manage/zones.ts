/** The zones that this browser knows, by continent; the one that is chosen is always among them. */
export function zones(chosen: string | null): Map<string, string[]> {
  const known = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
  if (chosen) known.add(chosen);
  const byPlace = new Map<string, string[]>();
  for (const zone of [...known].sort()) {
    const place = zone.includes('/') ? zone.slice(0, zone.indexOf('/')) : 'UTC';
    byPlace.set(place, [...(byPlace.get(place) ?? []), zone]);
  }
  return byPlace;
}

/** `America/Argentina/Buenos_Aires` without its continent: `Argentina, Buenos Aires`. */
export function placeOf(zone: string): string {
  const rest = zone.slice(zone.indexOf('/') + 1);
  return rest.replaceAll('_', ' ').replaceAll('/', ', ');
}

export function zoneOfBrowser(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
