import type { LocalState } from '@openvisit/client';
import { t } from '$lib/i18n';

export type Help = { title: string; text: string };

/** What to do about devices that do not work; empty when all is well. */
export function troubles({ camera, microphone }: LocalState): Help[] {
  const { both, help } = t.call.trouble;
  if (camera.trouble && camera.trouble === microphone.trouble)
    return [{ title: both[camera.trouble], text: help[camera.trouble] }];
  return (['camera', 'microphone'] as const).flatMap((source) => {
    const trouble = { camera, microphone }[source].trouble;
    return trouble ? [{ title: t.call.trouble[source][trouble], text: help[trouble] }] : [];
  });
}
