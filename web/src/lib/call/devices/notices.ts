import type { LocalState } from '@openvisit/client';
import { t } from '$lib/i18n';
import { troubles, type Help } from './troubles';

// The words are those of the area `devices`, which whoever asks has loaded.

/** What is wrong with the devices, whether they are open or not, and what to do; empty when all is well. */
export function wrong(state: LocalState): Help[] {
  return [...troubles(state), ...amiss(state)];
}

/** What is wrong with devices that are open. */
export function amiss(state: LocalState): Help[] {
  return [...heldBack(state), ...notBlurred(state)];
}

/** Devices that are open and switched on, and give nothing. */
function heldBack({ camera, microphone }: LocalState): Help[] {
  const words = t.devices;
  // What has no mouse is a phone: telephone calls and other apps take the devices away there, and give them back.
  const held = matchMedia('(any-pointer: fine)').matches ? words.held : t.visitor.held;
  const found: Help[] = [];
  if (microphone.on && microphone.muted) found.push(held.microphone);
  else if (microphone.on && microphone.silent) found.push(words.silent);
  if (camera.on && camera.muted) found.push(held.camera);
  return found;
}

function notBlurred({ blur }: LocalState): Help[] {
  return blur === 'slow' || blur === 'failed' ? [t.devices.blurGone[blur]] : [];
}

/** What has become of a device that was chosen, pulled out or put in; null for nothing new. */
export function news({ refused, replaced }: LocalState): string | null {
  if (refused) {
    const words = t.devices.refused[refused.source];
    return refused.trouble === 'busy' ? words.busy : words.other;
  }
  if (!replaced) return null;
  const { source, label, back } = replaced;
  return back ? t.devices.back({ label }) : t.call.replaced[source]({ label });
}
