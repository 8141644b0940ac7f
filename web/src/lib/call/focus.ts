import type { Attachment } from 'svelte/attachments';

/** Where whoever cannot see begins, when what was there before is gone with all its controls. */
export const focus: Attachment<HTMLElement> = (element) => element.focus({ preventScroll: true });

/**
 * What was pressed may be gone by then, with the banner or the person it was about. The focus then goes to the heading of
 * the part that it was in, rather than nowhere.
 */
export const keepFocus: Attachment<HTMLElement> = (root) => {
  let path: EventTarget[] = [];
  const note = (event: FocusEvent) => (path = event.composedPath());
  const look = () => {
    const [last] = path;
    if (!(last instanceof Element) || last.isConnected) return;
    if (document.activeElement === document.body) headingAbove(path)?.focus();
    path = [];
  };
  root.addEventListener('focusin', note);
  const observer = new MutationObserver(look);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    root.removeEventListener('focusin', note);
    observer.disconnect();
  };
};

function headingAbove(path: EventTarget[]): HTMLElement | null {
  const parts = path.filter((part) => part instanceof Element && part.isConnected) as Element[];
  for (const part of parts) {
    const heading = part.querySelector<HTMLElement>(':scope > header > :is(h1, h2)');
    if (heading) return heading;
  }
  return null;
}
