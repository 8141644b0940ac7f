/** What the library calls its parts, though its appointments are in none of its cells. */
const MISLEADING = '[role=table],[role=row],[role=rowgroup],[role=cell],[role=columnheader]';

/**
 * Takes table roles and nested landmarks off: a screen reader then reads days and appointments as what they are. What
 * scrolls gets a name and the focus, so that arrow keys scroll it.
 */
export function readable(name: string): (node: HTMLElement) => () => void {
  return (node) => {
    const mend = () => {
      for (const part of node.querySelectorAll(MISLEADING)) part.removeAttribute('role');
      for (const part of node.querySelectorAll('[aria-colindex]'))
        part.removeAttribute('aria-colindex');
      for (const part of node.querySelectorAll('aside')) part.setAttribute('role', 'presentation');
      for (const part of node.querySelectorAll<HTMLElement>('section:not([tabindex])')) {
        part.tabIndex = 0;
        part.setAttribute('aria-label', name);
      }
    };
    mend();
    const watch = new MutationObserver(mend);
    watch.observe(node, { childList: true, subtree: true });
    return () => watch.disconnect();
  };
}
