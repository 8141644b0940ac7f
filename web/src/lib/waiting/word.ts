import type { Session } from '@openvisit/client';
import { t } from '$lib/i18n';
import { nameOf } from '$lib/words';

/** The longest text, in characters. */
export const MOST = 500;

/** That the practitioner is late, as whoever waits reads it. */
export function lateBy(session: Session, minutes: number): string {
  return t.common.late({ name: nameOf(session, 'practitioner'), minutes });
}
