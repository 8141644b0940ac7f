// Time zones as people know them: a city, what its time is called, and how far it is from UTC.

export interface Zone {
  id: string;
  /** `Argentina, Buenos Aires`. */
  place: string;
  /** `Central European Time (GMT+1)`, in the reader's language. */
  name: string;
}

/** What is listed before the page is drawn again: a name is dear to make. */
const AT_ONCE = 25;

/** The zones that this browser knows; the one that is chosen is always among them. */
export function zones(chosen: string | null): string[] {
  const known = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
  if (chosen) known.add(chosen);
  return [...known].sort((one, other) => placeOf(one).localeCompare(placeOf(other)));
}

/** All of them by name, a few more each time. */
export async function* named(ids: string[], language: string): AsyncGenerator<Zone[]> {
  const known: Zone[] = [];
  for (const id of ids) {
    known.push(zoneOf(id, language));
    if (known.length % AT_ONCE > 0) continue;
    yield [...known];
    await new Promise((go) => setTimeout(go));
  }
  yield known;
}

export function zoneOf(id: string, language: string): Zone {
  const offset = said(id, language, 'shortOffset');
  return { id, place: placeOf(id), name: `${said(id, language, 'longGeneric')} (${offset})` };
}

/** Those whose city, name or distance has every word, with or without its accents; first those whose city begins so. */
export function matching(known: Zone[], query: string): Zone[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const found = known.filter(({ id, place, name }) => {
    const text = plain(`${place} ${id} ${name}`);
    return words.every((word) => text.includes(word));
  });
  const begins = ({ place }: Zone) => plain(place).startsWith(words[0] ?? '');
  return [...found.filter(begins), ...found.filter((zone) => !begins(zone))];
}

/** `America/Argentina/Buenos_Aires` without its continent: `Argentina, Buenos Aires`. */
export function placeOf(zone: string): string {
  const rest = zone.slice(zone.indexOf('/') + 1);
  return rest.replaceAll('_', ' ').replaceAll('/', ', ');
}

export function zoneOfBrowser(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Nothing for a zone that this browser does not know. */
function said(zone: string, language: string, timeZoneName: 'longGeneric' | 'shortOffset'): string {
  try {
    const parts = new Intl.DateTimeFormat(language, {
      timeZone: zone,
      timeZoneName,
    }).formatToParts();
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  } catch {
    return zone;
  }
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
