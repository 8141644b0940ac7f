import type { LocalState, Trouble } from '@openvisit/client';

type Help = { title: string; text: string };

/** What to do about devices that do not work; empty when all is well. */
export function troubles({ camera, microphone }: LocalState): Help[] {
  if (camera.trouble && camera.trouble === microphone.trouble)
    return [{ title: `Camera and microphone ${WHAT[camera.trouble]}`, text: HELP[camera.trouble] }];
  const found: Help[] = [];
  if (camera.trouble)
    found.push({ title: `The camera ${ONE[camera.trouble]}`, text: HELP[camera.trouble] });
  if (microphone.trouble)
    found.push({
      title: `The microphone ${ONE[microphone.trouble]}`,
      text: HELP[microphone.trouble],
    });
  return found;
}

const WHAT: Record<Trouble, string> = {
  denied: 'are blocked',
  absent: 'were not found',
  busy: 'are in use',
  insecure: 'are not available on this page',
  failed: 'do not work',
};

const ONE: Record<Trouble, string> = {
  denied: 'is blocked',
  absent: 'was not found',
  busy: 'is in use',
  insecure: 'is not available on this page',
  failed: 'does not work',
};

const HELP: Record<Trouble, string> = {
  denied:
    'Allow it with the icon next to the address of this page, then try again. You can also go on without.',
  absent: 'Connect one and try again, or go on without.',
  busy: 'Close other programs that use it and try again, or go on without.',
  insecure: 'Browsers give devices to HTTPS pages only. Please tell whoever sent you this link.',
  failed: 'Try again or choose another one. You can also go on without.',
};
