import type { Messages } from '$lib/i18n';

type Words = Messages['calendar']['message'];

/** What somebody needs to come to an appointment. */
export interface Facts {
  title: string | null;
  /** Day, beginning and end, as people read it. */
  when: string;
  zone: string;
  practitioner: string;
  /** Null for an appointment in person. */
  link: string | null;
  passcode: string | null;
  /** Where camera and sound can be tried out. */
  test: string;
}

/** The whole message: what, with whom, when and in which zone, where, the passcode, and where to try it out. */
export function messageOf(facts: Facts, words: Words): string {
  const lines = [
    facts.title ?? fallback(facts, words),
    facts.practitioner,
    `${facts.when} (${facts.zone})`,
    facts.link && words.join({ url: facts.link }),
    facts.link && facts.passcode && words.passcode({ code: facts.passcode }),
    facts.link && words.test({ url: facts.test }),
  ];
  return lines.filter(Boolean).join('\n');
}

/** Opens the reader's mail program with the message in it. */
export function mailOf(facts: Facts, words: Words, to: string | null): string {
  const subject = words.subject({ title: facts.title ?? fallback(facts, words), when: facts.when });
  // Mail programs want CRLF, and spaces not as plus signs.
  const body = messageOf(facts, words).replaceAll('\n', '\r\n');
  const address = to ? encodeURIComponent(to).replace('%40', '@') : '';
  return `mailto:${address}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}

function fallback({ link }: Facts, words: Words): string {
  return link ? words.video : words.inPerson;
}
