import type { Session } from '@openvisit/client';

type Dated = Pick<Session, 'id' | 'starts_at' | 'ends_at' | 'server_time' | 'version'>;

/** What a calendar program is told of an appointment. */
export interface Entry {
  title: string;
  /** Where one joins; null for an appointment in person. */
  link: string | null;
}

/** How many bytes a line may have (RFC 5545). */
const LINE_BYTES = 75;

/** An appointment as a file that every calendar program takes (iCalendar). */
export function calendarFile(session: Dated, { title, link }: Entry): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//OpenVisit//EN',
    'BEGIN:VEVENT',
    `UID:${session.id}`,
    `SEQUENCE:${session.version}`,
    `DTSTAMP:${stamp(session.server_time)}`,
    `DTSTART:${stamp(session.starts_at)}`,
    `DTEND:${stamp(session.ends_at)}`,
    `SUMMARY:${escaped(title)}`,
    ...(link ? [`LOCATION:${escaped(link)}`, `URL:${link}`] : []),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  return lines.flatMap(folded).join('\r\n');
}

/** `20261125T090000Z` */
function stamp(instant: string): string {
  return `${new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '')}`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

/** Long lines go on after a space. */
function folded(line: string): string[] {
  const parts: string[] = [];
  let part = '';
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  for (const letter of line) {
    if (bytes(part + letter) > LINE_BYTES) {
      parts.push(part);
      part = ' ';
    }
    part += letter;
  }
  return [...parts, part];
}
