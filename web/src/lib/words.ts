import type { Participant, Session } from '@openvisit/client';
import { t } from '$lib/i18n';
import { config } from './openvisit.svelte';
import type { PlaceName } from './shell/navigation';

export type RoleWord = 'practitioner' | 'client' | 'guest' | 'assistant' | 'admin';

/** What somebody of this role is called here, as a label: no language puts an article or a case to it. */
export function roleName(role: RoleWord): string {
  if (role === 'practitioner' || role === 'client') return parties()[role];
  return t.common.roles[role];
}

/** A party's name, or what the party is called where the name is not known. */
export function nameOf(
  booking: Pick<Session, 'practitioner' | 'client'>,
  party: 'practitioner' | 'client',
): string {
  return booking[party].name ?? roleName(party);
}

/** The name of whom this person is to meet. */
export function partnerOf(session: Session): string {
  return nameOf(session, session.you.role === 'practitioner' ? 'client' : 'practitioner');
}

export function initials(name: string): string {
  const words = name
    .replace(/^(dr|prof)\.?\s+/i, '')
    .split(/\s+/)
    .filter(Boolean);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? (words[words.length - 1] ?? '') : '';
  return [first, last]
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

/** What somebody is called at the door: of who came by the passcode alone, that nobody knows more of them. */
export function called({ name, by_code }: Pick<Participant, 'name' | 'by_code'>): string {
  return by_code ? t.common.byCode({ name }) : name;
}

/** Who waits to be let in, and is still there. */
export function waiting(session: Session | null): Participant[] {
  return session?.participants.filter(({ waiting_since }) => waiting_since) ?? [];
}

type Preset = keyof typeof t.common.parties;

/** What a page is called here: some practices have words of their own. */
export function placeName(name: PlaceName): string {
  if (name === 'clients') return t.common.clients[preset()];
  const own: Partial<Record<PlaceName, string>> =
    t.common.ownNav[preset() as keyof typeof t.common.ownNav] ?? {};
  return own[name] ?? t.common.nav[name];
}

function preset(): Preset {
  const { practitioner, client } = config.wording;
  const known = `${practitioner}/${client}` as Preset;
  return known in t.common.parties ? known : 'practitioner/client';
}

function parties(): Record<'practitioner' | 'client', string> {
  return t.common.parties[preset()];
}
