import type { LocalState } from '@openvisit/client';
import { t } from '$lib/i18n';

interface Help {
  title: string;
  text: string;
}

/** What to do about devices that do not work; empty when all is well. */
export function troubles({ camera, microphone }: LocalState): Help[] {
  const said = t.client.devices.trouble;
  const help = (of: 'both' | 'camera' | 'microphone', trouble: keyof typeof said.help): Help => ({
    title: said[of][trouble],
    text: said.help[trouble],
  });
  if (camera.trouble && camera.trouble === microphone.trouble)
    return [help('both', camera.trouble)];
  const found: Help[] = [];
  if (camera.trouble) found.push(help('camera', camera.trouble));
  if (microphone.trouble) found.push(help('microphone', microphone.trouble));
  return found;
}
