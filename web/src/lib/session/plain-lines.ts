import { isOver, type Session } from '@openvisit/client';
import { reasonOf } from '$lib/call/after/ending';
import { t } from '$lib/i18n';
import { date, range, span, timeOfDay, zoneApart } from '$lib/time';
import { nameOf } from '$lib/words';

/** An appointment as its client is told of it. */
export interface Lines {
  main: string;
  more: string[];
  when: string;
}

export function linesOf(session: Session): Lines {
  const when = whenOf(session);
  const more = isOver(session.status) ? past(session, when) : ahead(session);
  return { main: mainOf(session, when), more, when };
}

/** Day and time, with the name of the zone where the practice has another time. */
function whenOf({ starts_at, ends_at, timezone }: Session): string {
  const time = `${date(starts_at)}, ${range(starts_at, ends_at)}`;
  const zone = zoneApart(starts_at, timezone);
  return zone ? `${time} (${zone})` : time;
}

function mainOf(session: Session, when: string): string {
  const said = t.visits.visit;
  const name = nameOf(session, 'practitioner');
  if (session.status === 'in_progress') return said.running({ name });
  if (session.status === 'completed') return talked(session, name);
  return isOver(session.status) ? reasonOf('ended', session) : said.coming({ name, when });
}

function talked(session: Session, name: string): string {
  const { started_at, duration_seconds, unproven } = session;
  const said = t.visits.visit;
  // How long is known of what was seen only.
  if (!started_at || duration_seconds === null || unproven) return said.held({ name });
  const day = date(started_at);
  return said.talked({ name, day, span: span(duration_seconds * 1000) });
}

function past({ status, end_reason, corrections }: Session, when: string): string[] {
  const booked = status === 'completed' ? [] : [t.visits.visit.booked({ when })];
  const reason = end_reason && status === 'cancelled' ? [end_reason] : [];
  return [...booked, ...reason, ...corrections.slice(-1).flatMap(corrected)];
}

/** That the outcome is another now, and why. */
function corrected({ from, at, reason }: Session['corrections'][number]): string[] {
  const said = { from: t.common.status[from], day: date(at) };
  return [t.visits.visit.corrected(said), ...(reason ? [reason] : [])];
}

function ahead(session: Session): string[] {
  const said = t.visits.visit;
  if (session.kind === 'in_person') return [t.visits.overview.inPerson];
  const passcode = session.passcode_enabled ? [said.passcode] : [];
  if (session.payment_status === 'open') return [t.visits.overview.unpaid, ...passcode];
  if (session.status !== 'scheduled') return passcode;
  return [t.visits.overview.opensAt({ time: timeOfDay(session.join_opens_at) }), ...passcode];
}
