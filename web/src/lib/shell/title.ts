import { counted } from './arrivals';

/** Keeps a count before the page's title, whatever page sets it; returns how to stop. */
export function countInTitle(count: number): () => void {
  const write = () => {
    const wanted = counted(document.title, count);
    if (document.title !== wanted) document.title = wanted;
  };
  write();
  const watcher = new MutationObserver(write);
  watcher.observe(document.head, { subtree: true, childList: true, characterData: true });
  return () => {
    watcher.disconnect();
    document.title = counted(document.title, 0);
  };
}
