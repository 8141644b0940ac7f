import { t } from '$lib/i18n';
import { playArrivalSound } from './arrival-sound';
import type { Arrival } from './arrivals';
import { called } from '$lib/words';
import { preferences } from './preferences';

/** Tells of somebody who has just come, by the means that this browser's owner wants. */
export function announce({ session, person }: Arrival): void {
  const { sound, notifications } = preferences();
  if (sound) playArrivalSound();
  if (notifications)
    notify(t.today.arrivals.waits({ name: called(person) }), session.title, session.id);
}

function notify(title: string, body: string | null, tag: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const shown = new Notification(title, { body: body ?? undefined, tag, icon: '/icon.svg' });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Phones show notifications of service workers only; sound and title are left.
  }
}
