import { isOver, type Phase, type Session } from '@openvisit/client';
import { t } from '$lib/i18n';
import { nameOf } from '$lib/words';

type Ended = Pick<
  Session,
  'status' | 'ended_by' | 'cancelled_by' | 'absent' | 'practitioner' | 'client' | 'you'
>;

/** What has become of the call, as a heading. */
export function headingOf(phase: Phase, session: Ended | null): string {
  const tookPlace = session?.status !== 'cancelled' && session?.status !== 'no_show';
  const over = phase === 'ending' || phase === 'ended';
  return over && tookPlace ? t.client.after.ended : reasonOf(phase, session);
}

/** Why somebody is out of the call. */
export function reasonOf(phase: Phase, session: Ended | null): string {
  const said = t.client.after;
  switch (phase) {
    case 'left':
      return said.left;
    case 'elsewhere':
      return said.elsewhere;
    case 'turned_away':
      return said.turnedAway;
    default:
      return session ? reasonOfEnd(session) : said.over;
  }
}

function reasonOfEnd(session: Ended): string {
  const said = t.client.after;
  if (session.status === 'cancelled') return cancelled(session);
  if (session.status === 'no_show') return missed(session);
  // Not heard of by the server yet: it was this person's own click.
  if (!isOver(session.status) || session.ended_by === session.you.role) return said.endedByYou;
  const name = byName(session, session.ended_by);
  return name === null ? said.over : said.endedBy({ name });
}

function cancelled(session: Ended): string {
  const said = t.client.after;
  if (session.cancelled_by === session.you.role) return said.cancelledByYou;
  const name = byName(session, session.cancelled_by);
  return name === null ? said.cancelled : said.cancelledBy({ name });
}

function missed(session: Ended): string {
  const said = t.client.after;
  if (session.absent === session.you.role) return said.missedYou;
  const name = byName(session, session.absent);
  return name === null ? said.missed : said.missedBy({ name });
}

/** The name of a party; null for the server itself and for anybody else. */
function byName(session: Ended, who: string | null): string | null {
  return who === 'practitioner' || who === 'client' ? nameOf(session, who) : null;
}
