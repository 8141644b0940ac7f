import { painted } from '$lib/after-paint';
import { load } from '$lib/i18n';

/** The button for the other camera: brought after the picture that it stands on. */
export async function flip() {
  await painted();
  const [{ default: FlipCamera }] = await Promise.all([
    import('./FlipCamera.svelte'),
    load('devices'),
  ]);
  return FlipCamera;
}
