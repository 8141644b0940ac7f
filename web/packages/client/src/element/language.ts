/** The trees that an element stands in: its own, and those of the hosts around it. */
function* trees(element: Element): Generator<{ from: Element; root: Node }> {
  let from: Element | null = element;
  while (from) {
    const root: Node = from.getRootNode();
    yield { from, root };
    from = root instanceof ShadowRoot ? root.host : null;
  }
}

/** The language that the page says there: the element's own `lang`, or the nearest one around it. */
export function languageAround(element: Element): string | null {
  for (const { from } of trees(element)) {
    const lang = from.closest('[lang]')?.getAttribute('lang');
    if (lang) return lang;
  }
  return null;
}

/** Tells of every later change, until it is told to stop. Where the element has a `lang` of its own, nothing changes. */
export function followLanguage(element: Element, changed: () => void): () => void {
  let known = languageAround(element);
  const observer = new MutationObserver(() => {
    const now = languageAround(element);
    if (now === known) return;
    known = now;
    changed();
  });
  for (const { root } of trees(element))
    observer.observe(root, { subtree: true, attributes: true, attributeFilter: ['lang'] });
  return () => observer.disconnect();
}
