/** What the library calls its parts, though its appointments are in none of its cells. */
const MISLEADING = '[role=table],[role=row],[role=rowgroup],[role=cell],[role=columnheader]';

/** Takes table roles and nested landmarks off: a screen reader then reads days and appointments as what they are. */
export function plainRoles(node: HTMLElement): () => void {
  const strip = () => {
    for (const part of node.querySelectorAll(MISLEADING)) part.removeAttribute('role');
    for (const part of node.querySelectorAll('[aria-colindex]'))
      part.removeAttribute('aria-colindex');
    for (const part of node.querySelectorAll('aside')) part.setAttribute('role', 'presentation');
  };
  strip();
  const watch = new MutationObserver(strip);
  watch.observe(node, { childList: true, subtree: true });
  return () => watch.disconnect();
}
