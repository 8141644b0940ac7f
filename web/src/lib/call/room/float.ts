import type { Call, LocalMedia } from '@openvisit/client';
import { mount, unmount } from 'svelte';
import FloatView from './FloatView.svelte';

interface Floating {
  call: Call;
  local: LocalMedia;
  /** When the call is no longer on the page. */
  gone: AbortSignal;
}

interface FloatingWindows {
  requestWindow(size: { width: number; height: number }): Promise<Window>;
}

/** Shows the other in a small window that stays on top, with the microphone at hand; else only the picture. */
export async function float(
  { call, local, gone }: Floating,
  picture: HTMLVideoElement | null,
): Promise<void> {
  const windows = (globalThis as { documentPictureInPicture?: FloatingWindows })
    .documentPictureInPicture;
  if (!windows) return floatPicture(gone, picture);
  const small = await windows.requestWindow({ width: 400, height: 300 });
  for (const style of document.querySelectorAll('link[rel="stylesheet"], style'))
    small.document.head.append(style.cloneNode(true));
  const { lang, dir } = document.documentElement;
  Object.assign(small.document.documentElement, { lang, dir });
  const view = mount(FloatView, { target: small.document.body, props: { call, local } });
  small.addEventListener('pagehide', () => void unmount(view), { once: true });
  gone.addEventListener('abort', () => small.close(), { once: true });
}

async function floatPicture(gone: AbortSignal, picture: HTMLVideoElement | null): Promise<void> {
  await picture?.requestPictureInPicture();
  gone.addEventListener('abort', sink, { once: true });
}

/** The browser goes on showing what is no longer on the page. */
function sink(): void {
  // Already closed by the person.
  document.exitPictureInPicture().catch(() => undefined);
}
