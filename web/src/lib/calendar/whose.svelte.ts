import { prefer, preferences } from '$lib/shell/preferences';
import type { Colleague } from './diary.svelte';
import type { View } from './range';

export const EVERYONE = '';

/** Whose calendar reception looks at. */
export class Whose {
  /** In days and agendas, which tell calendars apart by themselves. */
  #apart = $state(EVERYONE);
  /** Where one at a time is clearer; this browser remembers it. */
  #one = $state(preferences().calendar);

  of(view: View, isPhone: boolean, practitioners: Colleague[]): string {
    if (practitioners.length < 2) return EVERYONE;
    const chosen = isApart(view, isPhone) ? this.#apart : this.#one;
    const isKnown = practitioners.some(({ id }) => id === chosen);
    if (chosen !== null && (isKnown || (chosen === EVERYONE && offersEveryone(view, isPhone))))
      return chosen;
    return isApart(view, isPhone) ? EVERYONE : (practitioners[0]?.id ?? EVERYONE);
  }

  choose(view: View, isPhone: boolean, chosen: string): void {
    if (isApart(view, isPhone)) {
      this.#apart = chosen;
    } else {
      this.#one = chosen;
      prefer({ calendar: chosen });
    }
  }
}

function isApart(view: View, isPhone: boolean): boolean {
  return view === 'agenda' || (view === 'day' && !isPhone);
}

/** Side by side they do not fit a phone. */
export function offersEveryone(view: View, isPhone: boolean): boolean {
  return !isPhone || view === 'agenda' || view === 'month';
}
